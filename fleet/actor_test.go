package fleet_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"central/fleet"
)

func TestRole_Includes(t *testing.T) {
	roles := []fleet.Role{"", "ROOT", fleet.RoleViewer, fleet.RoleOperator, fleet.RoleAdmin}
	includes := map[fleet.Role][]fleet.Role{
		fleet.RoleViewer:   {fleet.RoleViewer},
		fleet.RoleOperator: {fleet.RoleViewer, fleet.RoleOperator},
		fleet.RoleAdmin:    {fleet.RoleViewer, fleet.RoleOperator, fleet.RoleAdmin},
	}
	for _, role := range roles {
		got := []fleet.Role(nil)
		for _, needed := range roles {
			if role.Includes(needed) {
				got = append(got, needed)
			}
		}
		if diff := cmp.Diff(includes[role], got); diff != "" {
			t.Errorf("%q includes (-want +got):\n%s", role, diff)
		}
	}
}

func TestActor_Require(t *testing.T) {
	for _, test := range []struct {
		name   string
		actor  fleet.Actor
		needed fleet.Role
		want   fleet.Code
	}{
		{"OK", fleet.Actor{Role: fleet.RoleOperator}, fleet.RoleOperator, ""},
		{"More", fleet.Actor{Role: fleet.RoleAdmin}, fleet.RoleViewer, ""},
		{"ErrNobody", fleet.Actor{}, fleet.RoleViewer, fleet.CodeUnauthenticated},
		{"ErrLess", fleet.Actor{Role: fleet.RoleViewer}, fleet.RoleOperator, fleet.CodeForbidden},
		{"ErrOneTimePassword", fleet.Actor{Role: fleet.RoleAdmin, MustChangePassword: true}, fleet.RoleViewer, fleet.CodePasswordChange},
		{"ErrNoSuchRole", fleet.Actor{Role: "ROOT"}, fleet.RoleViewer, fleet.CodeForbidden},
		{"ErrNeedsNothingKnown", fleet.Actor{Role: fleet.RoleAdmin}, "", fleet.CodeForbidden},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := fleet.ErrorCode(test.actor.Require(test.needed)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestRelease_Touches(t *testing.T) {
	for _, test := range []struct {
		release fleet.Release
		want    []string
	}{
		{fleet.Release{}, []string{}},
		{fleet.Release{Patches: []string{"a"}}, []string{"1 patch"}},
		{fleet.Release{Patches: []string{"a", "b", "c"}, Schema: true}, []string{"3 patches", "schema"}},
		{fleet.Release{Schema: true}, []string{"schema"}},
		{fleet.Release{Patches: []string{"a"}, Schema: true, Hooks: true}, []string{"1 patch", "schema", "hooks"}},
	} {
		if diff := cmp.Diff(test.want, test.release.Touches()); diff != "" {
			t.Errorf("%+v touches (-want +got):\n%s", test.release, diff)
		}
	}
}

func TestVersionOf(t *testing.T) {
	for want, apps := range map[string][]fleet.RevisionApp{
		"":                {},
		"shop 1.2.0":      {at("frappe", frappe[0], "15.0.0"), at("shop", shop[2], "1.2.0")},
		"shop 0000000000": {at("shop", shop[2], "")},
	} {
		if got := fleet.VersionOf(apps); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestFingerprint(t *testing.T) {
	one := []fleet.RevisionApp{at("frappe", frappe[0], "1"), at("shop", shop[0], "1")}
	same := []fleet.RevisionApp{at("frappe", frappe[0], "?"), at("shop", shop[0], "?")}
	if fleet.Fingerprint(one) != fleet.Fingerprint(same) {
		t.Error("the version's name matters; only commits should")
	}
	for name, other := range map[string][]fleet.RevisionApp{
		"another commit": {at("frappe", frappe[0], "1"), at("shop", shop[1], "1")},
		"another order":  {at("shop", shop[0], "1"), at("frappe", frappe[0], "1")},
		"fewer apps":     {at("frappe", frappe[0], "1")},
	} {
		if fleet.Fingerprint(one) == fleet.Fingerprint(other) {
			t.Errorf("%s has the same fingerprint", name)
		}
	}
}

func TestPortsOf(t *testing.T) {
	seen := map[int]bool{}
	for slot := range 1000 {
		p := fleet.PortsOf(slot)
		for _, port := range []int{p.Web, p.Socketio, p.RedisQueue, p.RedisCache} {
			if seen[port] {
				t.Fatalf("slot %d takes port %d, which an earlier one has", slot, port)
			}
			seen[port] = true
		}
	}
	if want := (fleet.Ports{Web: 8002, Socketio: 9002, RedisQueue: 11002, RedisCache: 13002}); fleet.PortsOf(2) != want {
		t.Errorf("slot 2 has %+v, want %+v", fleet.PortsOf(2), want)
	}
}

func TestErrorCode(t *testing.T) {
	for want, err := range map[fleet.Code]error{
		"":                    nil,
		fleet.CodeInternal:    errors.New("disk on fire"),
		fleet.CodeSiteBusy:    fmt.Errorf("deploy: %w", fleet.Errorf(fleet.CodeSiteBusy, "busy")),
		fleet.CodeForbidden:   fleet.FieldErrorf(fleet.CodeForbidden, "input.role", "no"),
		fleet.CodeUnreachable: errors.Join(errors.New("a"), fleet.Errorf(fleet.CodeUnreachable, "b")),
	} {
		if got := fleet.ErrorCode(err); got != want {
			t.Errorf("%v has the code %q, want %q", err, got, want)
		}
	}
}
