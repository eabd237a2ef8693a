"""What lies between a view and the browser: addresses of files, headers, compression, limits, the log of requests."""
