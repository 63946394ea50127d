"""What REST takes and answers with: a module a feature. The service and its Python client both use these values."""
