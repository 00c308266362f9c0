package e2e

import (
	"strings"
	"testing"
)

// serversInTheWay deploys to servers that cannot take it: each time an error says why, and nothing is queued.
func serversInTheWay(t *testing.T) {
	commit, err := fleet.Commit(t.Context(), "shop", "1.1.0")
	if err != nil {
		t.Fatal(err)
	}
	victim := sites(t)[siteName(11)]
	host := victim.Server.Name
	refused := func(t *testing.T, code, key string) {
		t.Helper()
		before := actionCount(t)
		err := fleet.Client.Do(t.Context(), `mutation($in: DeploySitesInput!) { deploySites(input: $in) { deploy { id } } }`, map[string]any{"in": map[string]any{
			"siteIds": []string{victim.ID}, "releases": []any{map[string]any{"app": "shop", "commit": commit}}, "idempotencyKey": key,
		}}, nil)
		wantError(t, err, code, "input.siteIds")
		if err == nil || !strings.Contains(err.Error(), host) {
			t.Errorf("%v does not name %s", err, host)
		}
		if queued := actionCount(t) - before; queued != 0 {
			t.Errorf("%d actions were queued", queued)
		}
	}
	t.Run("FullDisk", func(t *testing.T) {
		onHost(t, host, "mkdir -p /home/frappe/backups && mount -t tmpfs -o size=16m tmpfs /home/frappe/backups")
		defer onHost(t, host, "umount /home/frappe/backups")
		refused(t, "DISK_FULL", "e2e-full-disk")
	})
	t.Run("Unreachable", func(t *testing.T) {
		if err := fleet.Fleet.CutNetwork(t.Context(), host); err != nil {
			t.Fatal(err)
		}
		refused(t, "UNREACHABLE", "e2e-unreachable")
		if err := fleet.Fleet.RestoreNetwork(t.Context(), host); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("ChangedHostKey", func(t *testing.T) { changedHostKey(t, host, refused) })
}

// changedHostKey gives a host another key, as a stranger's machine in its place would have: everything on it
// stops until somebody pins the new key by its fingerprint.
func changedHostKey(t *testing.T, host string, refused func(*testing.T, string, string)) {
	id := serverOf(t, host).ID
	shown := strings.Fields(onHost(t, host, `rm -f /etc/ssh/ssh_host_*
ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
ssh-keygen -l -f /etc/ssh/ssh_host_ed25519_key.pub
systemctl restart ssh`))[1]
	onHostAnew(t, host, `for pid in $(pgrep -x sshd); do grep -q 'sshd: root' /proc/$pid/cmdline && [ "$pid" != "$PPID" ] && kill $pid || true; done`)
	refused(t, "HOST_KEY_CHANGED", "e2e-host-key")
	if got := serverOf(t, host); got.Status != "HOST_KEY_CHANGED" || got.StatusReason == "" {
		t.Errorf("%s is %s: %s", host, got.Status, got.StatusReason)
	}
	pin := `mutation($id: ID!, $key: String!) { pinHostKey(input: {serverId: $id, hostKeyFingerprint: $key}) { server { status } } }`
	wrong := fleet.Client.Do(t.Context(), pin, map[string]any{"id": id, "key": "SHA256:" + strings.Repeat("A", 43)}, nil)
	wantError(t, wrong, "HOST_KEY_CHANGED", "input.hostKeyFingerprint")
	ask[any](t, pin, map[string]any{"id": id, "key": shown})
	queued := ask[struct {
		SetUpServer struct{ Action struct{ ID string } }
	}](t, `mutation($id: ID!) { setUpServer(input: {serverId: $id}) { action { id } } }`, map[string]any{"id": id})
	if err := fleet.Client.Wait(t.Context(), []string{queued.SetUpServer.Action.ID}, nil); err != nil {
		t.Fatal(err)
	}
	if got := serverOf(t, host); got.Status != "READY" {
		t.Errorf("%s is %s after it was set up again", host, got.Status)
	}
	// The other server of its pair learns the new key, over which it fetches backups.
	for _, pair := range allPairs(t) {
		if pair.Master.Name == host || pair.Slave.Name == host {
			waitForAction(t, ask[struct {
				SetUpPair struct{ Action struct{ ID string } }
			}](t,
				`mutation($id: ID!) { setUpPair(input: {pairId: $id}) { action { id } } }`, map[string]any{"id": pair.ID}).SetUpPair.Action.ID)
		}
	}
}

type server struct{ ID, Name, Status, StatusReason string }

func serverOf(t *testing.T, name string) server {
	t.Helper()
	for _, s := range ask[struct{ Servers []server }](t, `{ servers { id name status statusReason } }`, nil).Servers {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("Central has no server %s", name)
	return server{}
}

func actionCount(t *testing.T) int {
	t.Helper()
	return ask[struct{ Actions struct{ TotalCount int } }](t, `{ actions(first: 1) { totalCount } }`, nil).Actions.TotalCount
}
