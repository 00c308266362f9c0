package pair_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"central/fleet"
	"central/runner/bench"
	"central/runner/pair"
)

func TestCommands(t *testing.T) {
	for line, command := range map[string]bench.Command{
		"/usr/local/lib/central/role status":                 pair.Status(),
		"/usr/local/lib/central/role open 4":                 pair.OpenServer(4),
		"/usr/local/lib/central/role close slave 3":          pair.CloseServer(pair.AsSlave, 3),
		"/usr/local/lib/central/role close fenced 3":         pair.CloseServer(pair.AsFenced, 3),
		"/usr/local/lib/central/role fence 3":                pair.FencePartner(3),
		"/usr/local/lib/central/role mark":                   pair.Mark(),
		"/usr/local/lib/central/role applied 0-1-9,1-2-3 90": pair.Applied("0-1-9,1-2-3", 90*time.Second),
		"/usr/local/lib/central/role drained 60":             pair.Drained(time.Minute),
		"/usr/local/lib/central/follow stop":                 pair.FollowStop(),
		"/usr/local/lib/central/follow start":                pair.FollowStart(),
		"/usr/local/lib/central/follow mirror":               pair.Mirror(),
	} {
		if got, err := command.Line("root"); err != nil || got != line {
			t.Errorf("got %q, %v; want %q", got, err, line)
		}
		if command.Name == "" {
			t.Errorf("%s has no name", line)
		}
	}
}

func TestMissingRevisions(t *testing.T) {
	command, err := pair.MissingRevisions([]fleet.RevisionPlace{{Bench: "main", Revision: "r2"}, {Bench: "shop", Revision: "r10"}})
	if err != nil || !cmp.Equal(command.Argv[7:], []string{"main/r2", "shop/r10"}) {
		t.Errorf("got %q, %v", command.Argv, err)
	}
	if _, err := pair.MissingRevisions([]fleet.RevisionPlace{{Bench: "../etc", Revision: "r2"}}); fleet.ErrorCode(err) != fleet.CodeInvalid {
		t.Errorf("got %v", err)
	}
	if got := pair.ParseMissing([]byte("missing=main/r2\nsomething else\nmissing=shop/r10\n")); !cmp.Equal(got, []string{"main r2", "shop r10"}) {
		t.Errorf("got %q", got)
	}
}

func TestParseStatus(t *testing.T) {
	lag, mirrored := 3, time.Unix(1700000000, 0).UTC()
	for _, c := range []struct {
		name, answer string
		want         fleet.RoleStatus
		code         fleet.Code
	}{
		{"Slave", "role=slave\nepoch=4\nopen=no\nread_only=1\nbinlog_pos=0-1-9\nslave_pos=0-1-8\nreceived=0-1-10\nio=Yes\nsql=No\nlag=3\nerror=broken\nmirrored=1700000000\npartner=192.0.2.1\n",
			fleet.RoleStatus{Role: "slave", Epoch: 4, ReadOnly: true, Binlog: "0-1-9", Applied: "0-1-8", Received: "0-1-10", IO: "Yes", SQL: "No", Lag: &lag, Error: "broken", Mirrored: &mirrored}, ""},
		{"Master", "role=master\nepoch=4\nopen=yes\nread_only=0\nbinlog_pos=0-1-9\nlag=\nmirrored=\n", fleet.RoleStatus{Role: "master", Epoch: 4, Open: true, Binlog: "0-1-9"}, ""},
		{"Alone", "role=\nepoch=\nopen=yes\n", fleet.RoleStatus{Open: true}, ""},
		{"ErrNothing", "bash: no such file\n", fleet.RoleStatus{}, fleet.CodeCommandFailed},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := pair.ParseStatus([]byte(c.answer))
			if fleet.ErrorCode(err) != c.code {
				t.Fatalf("got %v", err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
