package bench

import "strconv"

var (
	configureScript = siteScript("configure")
	appTables       = siteScript("app_tables")
)

// Configure changes keys of the site's configuration, where nil removes one, and keeps what they held for UndoConfigure of the
// same action. Values may be secrets.
func Configure(s Site, action uint, changes []byte) Command {
	c := configure(s, action, "apply")
	c.Stdin = changes
	return c
}

// UndoConfigure takes back what Configure of the same action has changed; it may be repeated.
func UndoConfigure(s Site, action uint) Command { return configure(s, action, "undo") }

// ForgetConfigure removes what Configure kept for being taken back.
func ForgetConfigure(s Site, action uint) Command { return configure(s, action, "forget") }

func configure(s Site, action uint, verb string) Command {
	return script(configureScript, s.revision.User(), "configure "+s.host, s.Dir(), strconv.FormatUint(uint64(action), 10), verb)
}
