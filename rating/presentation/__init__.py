"""From read models to what the pages of the rating show: words, rows of tables, figures of charts."""
