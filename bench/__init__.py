"""The yardsticks of the performance budget: our pages and services against floors measured in the same run."""
