package fleet_test

import (
	"strings"
	"testing"

	"central/fleet"
)

func TestConfigureSite_Validate(t *testing.T) {
	text := func(s string) *string { return &s }
	for _, c := range []struct {
		name, key string
		value     *string
		field     string // of the error; empty when it is good
		says      string
	}{
		{"OKNumber", "max_file_size", text("10485760"), "", ""},
		{"OKFlag", "mute_emails", text("true"), "", ""},
		{"OKFlagAsNumber", "mute_emails", text("1"), "", ""},
		{"OKText", "language", text(`"de"`), "", ""},
		{"OKUnknownText", "acme_greeting", text(`"it's $(fine); {{x}}"`), "", ""},
		{"OKUnknownNumber", "acme_limit", text("1.5"), "", ""},
		{"OKSecret", "acme_api_key", text(`"s3cr3t-canary"`), "", ""},
		{"OKMailPort", "mail_port", text("587"), "", ""},
		{"OKRemove", "mute_emails", nil, "", ""},
		{"ErrKeyForm", "Mute-Emails", text("1"), "name", "no key"},
		{"ErrKeyEmpty", "", text("1"), "name", "no key"},
		{"ErrKeyWithNewline", "a\nb", text("1"), "name", "no key"},
		{"ErrDatabase", "db_name", text(`"other"`), "name", "belongs to Central"},
		{"ErrDatabasePassword", "db_password", nil, "name", "belongs to Central"},
		{"ErrEncryptionKey", "encryption_key", nil, "name", "are lost"},
		{"ErrMaintenance", "maintenance_mode", text("1"), "name", "while it works"},
		{"ErrHostName", "host_name", text(`"x"`), "name", "main domain"},
		{"ErrRunsCode", "server_script_enabled", text("true"), "name", "run code"},
		{"ErrDeveloperMode", "developer_mode", text("1"), "name", "other sites run"},
		{"ErrRedis", "redis_cache", text(`"redis://x"`), "name", "Redis"},
		{"ErrPort", "webserver_port", text("80"), "name", "ports"},
		{"ErrPath", "backup_path", text(`"/etc"`), "name", "other places"},
		{"ErrProgram", "pdf_command", text(`"sh"`), "name", "programs"},
		{"ErrNoJSON", "language", text("de"), "value", "no JSON"},
		{"ErrTwoValues", "acme_limit", text("1 2"), "value", "no JSON"},
		{"ErrList", "acme_list", text("[1]"), "value", "a text, a number"},
		{"ErrObject", "acme_object", text(`{"a": 1}`), "value", "a text, a number"},
		{"ErrNull", "acme_null", text("null"), "value", "a text, a number"},
		{"ErrTextForNumber", "max_file_size", text(`"10"`), "value", "holds a number"},
		{"ErrNumberForFlag", "mute_emails", text("2"), "value", "holds a flag"},
		{"ErrFlagForText", "language", text("true"), "value", "holds a text"},
		{"ErrTooLong", "acme_text", text(`"` + strings.Repeat("x", 4000) + `"`), "value", "longer than"},
		{"ErrNUL", "acme_text", text(`"a\u0000b"`), "value", "NUL"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := fleet.ConfigureSite{SiteID: 1, Changes: []fleet.ConfigChange{{Name: c.key, Value: c.value}}}
			err := in.Validate()
			if c.field == "" {
				wantError(t, err, "", "")
				return
			}
			wantError(t, err, fleet.CodeInvalid, "input.changes.0."+c.field)
			if err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("%q does not say %q", err, c.says)
			}
			if err != nil && strings.Contains(err.Error(), "canary") {
				t.Errorf("%q repeats the value", err)
			}
		})
	}
	one := "1"
	twice := fleet.ConfigureSite{Changes: []fleet.ConfigChange{{Name: "a", Value: &one}, {Name: "a"}}}
	wantError(t, twice.Validate(), fleet.CodeInvalid, "input.changes.1.name")
	none := fleet.ConfigureSite{}
	wantError(t, none.Validate(), fleet.CodeInvalid, "input.changes")
	many := fleet.ConfigureSite{Changes: make([]fleet.ConfigChange, 51)}
	wantError(t, many.Validate(), fleet.CodeInvalid, "input.changes")
}

func TestSecretKey(t *testing.T) {
	for key, want := range map[string]bool{
		"mail_password": true, "acme_api_key": true, "access_token": true, "client_secret": true, "smtppassword": true, "sentry_dsn": true, "webhooksecret": true,
		"max_file_size": false, "language": false, "monkey_business": false, "author": false, "keyboard": false,
	} {
		if got := fleet.SecretKey(key); got != want {
			t.Errorf("%s: %v", key, got)
		}
	}
	value := `"hunter2"`
	if got := (fleet.ConfigChange{Name: "mail_password", Value: &value}).Shown(); strings.Contains(got, "hunter2") {
		t.Errorf("shows %s", got)
	}
}
