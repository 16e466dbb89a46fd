"""The protocol of a meeting on paper: composed once (`content`), drawn as page, DOCX (`docx`) and PDF (`pdf`)."""
