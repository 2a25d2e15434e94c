"""Pages and the HTTP API: FastAPI, Jinja2 and htmx. Every verb is a form that works without script."""
