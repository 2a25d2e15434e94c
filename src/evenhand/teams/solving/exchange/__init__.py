"""The method exchange."""
