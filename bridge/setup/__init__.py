"""Setting the bridge up: a technician answers questions, or a command line does, and a checked configuration stands.

asking     how a question reaches a person; the same questions answered by nobody
words      everything that is said, in English and Polish
given      what the command line answers already
machine    what the steps touch: files, ports, BaseLinker, systemd
account    step: the token and the series
devices    step: which printers there are
printers   step: names, series, headers
seeing     step: the calibration slip, and what the technician sees on it
tables     the configuration as readable TOML
files      writing without losing anything
udev       rules for ports that no packaged rule knows
service    the service of systemd
ending     steps: rules, service, acceptance slip
wizard     the steps in their order
"""
