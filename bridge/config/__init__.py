"""The configuration: one TOML file, checked whole, every mistake told at once with its line.

    reading      load_config: file -> Config, or ConfigError with all mistakes
    model        what may stand in the file, with units, defaults and limits
    wording      one sentence per mistake: key, value, what is allowed, what was probably meant
    toml_lines   the line a key stands on
    credentials  read_token: the API token, from systemd, the environment or a file
    alert_secrets  the webhook's address and the mail password, from systemd or files
    secret       Secret: a value that is never shown

Nothing is imported here, so `bridge.config.secret` costs nothing.
"""
