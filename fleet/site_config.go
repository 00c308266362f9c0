package fleet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// ConfigKey is a key of a site's configuration that Central has set.
type ConfigKey struct {
	ID        uint
	SiteID    uint
	Name      string `gorm:"column:name"`
	Value     string // as JSON; empty for a secret
	Secret    bool   // looks like one, so nobody is shown its value again
	ActorName string
	UpdatedAt time.Time
}

// TableName implements gorm's Tabler.
func (ConfigKey) TableName() string { return "site_config_keys" }

// ConfigChange sets a key of a site's configuration, or removes it.
type ConfigChange struct {
	Name  string  `json:"name"`
	Value *string `json:"value"` // as JSON: "text", 7, true; nil removes the key
}

// ConfigureSite is the input of the method that changes the configuration of a site.
type ConfigureSite struct {
	SiteID  uint
	Changes []ConfigChange
}

// What a configuration may hold.
const (
	maxConfigChanges = 50
	maxConfigValue   = 4000 // bytes
)

var configKey = regexp.MustCompile(`\A[a-z][a-z0-9_]{0,79}\z`)

// refusedKeys are keys that belong to Central or to the bench, and those that would let a site do what another one could
// feel; each with the reason.
var refusedKeys = map[string]string{
	"encryption_key":                 "it opens what the site has encrypted; without it those values are lost",
	"backup_encryption_key":          "Central encrypts backups itself",
	"host_name":                      "it follows the site's main domain; change that",
	"domains":                        "domains are added and removed as such",
	"maintenance_mode":               "Central sets it while it works on the site",
	"allow_reads_during_maintenance": "it would let visitors read a site that is being changed",
	"developer_mode":                 "it lets the site write into the code that other sites run too",
	"server_script_enabled":          "it lets people of the site run code on the server",
	"disable_safe_exec":              "it lets people of the site run code on the server",
	"ignore_csrf":                    "it lets other sites act for those who are signed in",
	"allow_tests":                    "tests change and remove data",
	"admin_password":                 "set the administrator's password instead",
	"root_login":                     "a site never has the database's root",
	"root_password":                  "a site never has the database's root",
	"local_infile":                   "it lets a database read files of the server",
	"frappe_user":                    "it belongs to the bench",
	"serve_default_site":             "it belongs to the bench",
	"default_site":                   "it belongs to the bench",
	"dns_multitenant":                "it belongs to the bench",
	"background_workers":             "it belongs to the bench",
	"gunicorn_workers":               "it belongs to the bench",
	"use_redis_auth":                 "it belongs to the bench",
	"bench_id":                       "it belongs to the bench",
	"install_apps":                   "apps are installed and removed as such",
	"installed_apps":                 "apps are installed and removed as such",
	"limits":                         "limits follow the plan",
}

// refusedForms are beginnings and ends of keys that are refused.
var refusedForms = []struct {
	begin, end, why string
}{
	{begin: "db_", why: "the site's database belongs to Central"},
	{begin: "redis_", why: "the bench's Redis belongs to Central"},
	{begin: "rds_", why: "the site's database belongs to Central"},
	{begin: "mariadb_", why: "the site's database belongs to Central"},
	{begin: "postgres_", why: "the site's database belongs to Central"},
	{begin: "root_", why: "a site never has the database's root"},
	{begin: "ssl_", why: "certificates are added as such"},
	{end: "_port", why: "ports belong to the bench"},
	{end: "_path", why: "a site may not point at other places of the server"},
	{end: "_dir", why: "a site may not point at other places of the server"},
	{end: "_directory", why: "a site may not point at other places of the server"},
	{end: "_file", why: "a site may not point at other places of the server"},
	{end: "_command", why: "a site may not name programs to run"},
	{end: "_cmd", why: "a site may not name programs to run"},
	{end: "_binary", why: "a site may not name programs to run"},
	{end: "_executable", why: "a site may not name programs to run"},
	{end: "_script", why: "a site may not name programs to run"},
	{end: "_hooks", why: "a site may not name code to run"},
}

// configKinds are keys that everybody knows, and what they hold.
var configKinds = map[string]string{
	"max_file_size": "number", "session_expiry_seconds": "number", "backup_limit": "number", "http_timeout": "number", "deny_multiple_sessions": "flag",
	"mute_emails": "flag", "pause_scheduler": "flag", "disable_scheduler": "flag", "disable_website_cache": "flag", "logging": "number",
	"mail_server": "text", "mail_login": "text", "mail_password": "text", "auto_email_id": "text", "mail_port": "number", "use_tls": "flag",
	"max_reports_per_user": "number", "skip_setup_wizard": "flag", "language": "text", "monitor": "flag", "enable_frappe_logger": "flag",
}

// secretWords are parts of keys whose values are kept from everybody's eyes.
var secretWords = []string{"password", "passwd", "pwd", "secret", "token", "key", "credential", "credentials", "private", "passphrase", "auth", "dsn", "salt"}

// SecretKey says whether the value of a key looks like a secret.
func SecretKey(name string) bool {
	return slices.ContainsFunc(strings.Split(name, "_"), func(word string) bool {
		return slices.Contains(secretWords, word) || slices.ContainsFunc(secretWords, func(s string) bool { return len(s) > 4 && strings.Contains(word, s) })
	})
}

// ValidConfigKey errs with CodeInvalid for what is no key, and for a key that a site may not have; it says why.
func ValidConfigKey(name string) error {
	if !configKey.MatchString(name) {
		return Errorf(CodeInvalid, "%s is no key: use a lower-case letter, then up to 79 lower-case letters, digits and underscores.", quoted(name))
	}
	if name == "mail_port" {
		return nil
	}
	why := refusedKeys[name]
	for _, form := range refusedForms {
		if why == "" && strings.HasPrefix(name, form.begin) && strings.HasSuffix(name, form.end) {
			why = form.why
		}
	}
	if why != "" {
		return Errorf(CodeInvalid, "%s cannot be changed here: %s.", name, why)
	}
	return nil
}

// Validate checks the input's form. It errs with CodeInvalid and the field, and never repeats a value.
func (c *ConfigureSite) Validate() error {
	if len(c.Changes) == 0 {
		return FieldErrorf(CodeInvalid, "input.changes", "Name at least one key.")
	}
	if len(c.Changes) > maxConfigChanges {
		return FieldErrorf(CodeInvalid, "input.changes", "At most %d keys are changed together.", maxConfigChanges)
	}
	seen := map[string]bool{}
	for i, change := range c.Changes {
		field := fmt.Sprintf("input.changes.%d.", i)
		if err := ValidConfigKey(change.Name); err != nil {
			return AtField(err, field+"name")
		}
		if seen[change.Name] {
			return FieldErrorf(CodeInvalid, field+"name", "%s is there twice.", change.Name)
		}
		seen[change.Name] = true
		if err := change.checkValue(); err != nil {
			return AtField(err, field+"value")
		}
	}
	return nil
}

// checkValue accepts a text, a number or a truth value of the kind that the key holds.
func (c ConfigChange) checkValue() error {
	if c.Value == nil {
		return nil
	}
	if len(*c.Value) > maxConfigValue {
		return Errorf(CodeInvalid, "The value of %s is longer than %d bytes.", c.Name, maxConfigValue)
	}
	value, err := c.Decoded()
	if err != nil {
		return Errorf(CodeInvalid, "The value of %s is no JSON: write a text in quotes, a number, true or false.", c.Name)
	}
	kind := configKinds[c.Name]
	switch v := value.(type) {
	case string:
		if kind == "number" || kind == "flag" {
			return Errorf(CodeInvalid, "%s holds a %s, not a text.", c.Name, kind)
		}
		if strings.ContainsRune(v, 0) {
			return Errorf(CodeInvalid, "The value of %s has a NUL byte.", c.Name)
		}
	case json.Number:
		if kind == "text" || kind == "flag" && v != "0" && v != "1" {
			return Errorf(CodeInvalid, "%s holds a %s, not a number.", c.Name, kind)
		}
	case bool:
		if kind == "text" || kind == "number" {
			return Errorf(CodeInvalid, "%s holds a %s, not true or false.", c.Name, kind)
		}
	default:
		return Errorf(CodeInvalid, "The value of %s is a text, a number, true or false.", c.Name)
	}
	return nil
}

// Decoded is the value itself: a string, a json.Number or a bool.
func (c ConfigChange) Decoded() (any, error) {
	decoder := json.NewDecoder(bytes.NewReader([]byte(*c.Value)))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if decoder.More() {
		return nil, Errorf(CodeInvalid, "more than one value")
	}
	return value, nil
}

// Shown is what may be written down of a change: the value as it is, nothing of a secret.
func (c ConfigChange) Shown() string {
	switch {
	case c.Value == nil:
		return "removed"
	case SecretKey(c.Name):
		return "•••"
	}
	return *c.Value
}
