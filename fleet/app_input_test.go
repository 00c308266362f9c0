package fleet_test

import (
	"testing"

	"central/fleet"
)

func TestAppCredential_ValidateFor(t *testing.T) {
	const https, ssh = "https://git.example.com/crm", "ssh://git@git.example.com/crm"
	for _, c := range []struct {
		name       string
		repository string
		credential fleet.AppCredential
		field      string
	}{
		{"Open", "git://git.example.com/crm", fleet.AppCredential{}, ""},
		{"DeployKey", ssh, fleet.AppCredential{Access: fleet.AppDeployKey}, ""},
		{"Token", https, fleet.AppCredential{Access: fleet.AppToken, Token: "glpat-12345678"}, ""},
		{"DeployKeyOverHTTPS", https, fleet.AppCredential{Access: fleet.AppDeployKey}, "input.access"},
		{"TokenOverSSH", ssh, fleet.AppCredential{Access: fleet.AppToken, Token: "glpat-12345678"}, "input.access"},
		{"TokenOverGit", "git://git.example.com/crm", fleet.AppCredential{Access: fleet.AppToken, Token: "glpat-12345678"}, "input.access"},
		{"NoToken", https, fleet.AppCredential{Access: fleet.AppToken}, "input.token"},
		{"TokenOfTwoLines", https, fleet.AppCredential{Access: fleet.AppToken, Token: "12345678\nhost=evil"}, "input.token"},
		{"UserOfTwoLines", https, fleet.AppCredential{Access: fleet.AppToken, User: "a\nb", Token: "12345678"}, "input.user"},
		{"TokenOfAnOpenOne", https, fleet.AppCredential{Token: "12345678"}, "input.token"},
		{"UnknownAccess", https, fleet.AppCredential{Access: "MAGIC"}, "input.access"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := fleet.NewApp{Name: "crm", Repository: c.repository, Branch: "main", AppCredential: c.credential}
			wantError(t, in.Validate(), invalidIf(c.field), c.field)
		})
	}
}
