"""Parts of addresses that several rooms share; whoever uses one imports this module."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class TableFormat(StringConverter):
    """The formats in which a table can be taken away."""

    regex = "csv|xlsx"


class DataFormat(StringConverter):
    """The formats in which the rating gives its tables away."""

    regex = "csv|xlsx|json"


class DocumentFormat(StringConverter):
    """The formats in which a printed form can be taken away."""

    regex = "pdf|docx"


register_converter(TableFormat, "table_format")
register_converter(DataFormat, "data_format")
register_converter(DocumentFormat, "document_format")
