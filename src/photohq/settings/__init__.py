"""Every setting: its name, default and meaning. The only reader of the environment."""
