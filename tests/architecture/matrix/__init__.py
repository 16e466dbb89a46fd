"""The role matrix: every address for every principal and object, declared in `roles.yaml`, walked by the tests."""
