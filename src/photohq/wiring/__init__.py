"""The only room that knows every adapter: it makes a deployment of the settings."""
