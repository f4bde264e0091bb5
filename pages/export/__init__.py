"""What a reader takes from a page: files, tables, documents, prints."""
