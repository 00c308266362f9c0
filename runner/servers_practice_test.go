package runner

import (
	"context"
	"crypto/ed25519"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"central/fleet"
	"central/runner/bench"
	"central/runner/remote"
)

// TestServersOnRealHosts goes through the life of servers; its parts build on each other.
func TestServersOnRealHosts(t *testing.T) {
	g := newGround(t, "p-01")
	proxy := g.root("p-01", fleet.RoleProxy)
	_, action, err := g.store.SetUpServer(t.Context(), admin, proxy.ID, nil)
	g.must(err)
	if g.does(action); t.Failed() {
		return
	}
	t.Run("FirewallThatLocksCentralOutReverts", func(t *testing.T) { g.in(t).lockOut(proxy) })
	t.Run("Check", func(t *testing.T) { g.in(t).check(proxy) })
	t.Run("Preview", func(t *testing.T) { g.in(t).preview(proxy) })
	t.Run("Update", func(t *testing.T) { g.in(t).update(proxy) })
	t.Run("Restart", func(t *testing.T) { g.in(t).restart(proxy) })
	t.Run("RoutesAtOnce", func(t *testing.T) { g.in(t).routesAtOnce(proxy) })
	t.Run("RotateCredentials", func(t *testing.T) { g.in(t).rotate(proxy) })
	t.Run("Reboot", func(t *testing.T) { g.in(t).reboot(proxy) })
	t.Run("Retire", func(t *testing.T) { g.in(t).retire(proxy) })
}

// in is the ground in the hands of a part of the test.
func (g *ground) in(t *testing.T) *ground {
	here := *g
	here.t = t
	return &here
}

// lockOut loads rules that let in somebody else only: they come back by themselves, and a right rule stays.
func (g *ground) lockOut(server fleet.Server) {
	g.finishRoutes()
	const rules = "nft list table inet central; cat /etc/nftables.d/central.nft"
	before := g.inside(server.Name, rules, "")
	if central := "ip saddr " + g.Gateway().String() + " tcp dport"; strings.Count(before, central) != 2 || strings.Count(before, "tcp dport 22") != 1 {
		g.t.Errorf("sshd is not open to Central alone: %s", before)
	}
	// Central is taken for somebody else, as behind an address that changes.
	g.inside(server.Name, "sed -i '1i SSH_CONNECTION=192.0.2.7' /root/.bashrc", "")
	g.r.pace.firewall = 24 * time.Second
	failed := g.carryOut(g.queue(fleet.ActionUpdateFirewall, server).ID)
	if failed.Status != fleet.ActionFailed || failed.ErrorCode != fleet.CodePlayFailed || !strings.Contains(failed.ErrorMessage, "the old rules are back") {
		g.t.Errorf("it ended as %s: %s %s", failed.Status, failed.ErrorCode, failed.ErrorMessage)
	}
	if after := g.inside(server.Name, rules, ""); after != before {
		g.t.Errorf("the rules are %s, and were %s", after, before)
	}
	g.inside(server.Name, "sed -i 1d /root/.bashrc", "")
	g.r.pace.firewall = time.Minute
	g.r.AdminNetworks = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	g.does(g.queue(fleet.ActionUpdateFirewall, server))
	after := g.inside(server.Name, rules+"; ls /run/central; systemctl list-timers --all --no-legend 'central*'", "")
	for _, network := range []string{g.Gateway().String(), "192.0.2.0/24"} {
		if strings.Count(after, "ip saddr "+network+" tcp dport") != 2 {
			g.t.Errorf("%s is not let in: %s", network, after)
		}
	}
	if strings.Contains(after, "trying") || strings.Contains(after, "revert") {
		g.t.Errorf("left: %s", after)
	}
	if got, err := g.on(server, "echo in"); err != nil || got != "in" {
		g.t.Errorf("Central gets in: %q, %v", got, err)
	}
	g.r.AdminNetworks = nil
}

// Two archives on the server's own disk, each with a newer version of a package that it has; one is of security fixes.
const archives = `export DEBIAN_FRONTEND=noninteractive TMPDIR=/tmp
make_package() { # NAME VERSION FOLDER
	cd / && rm -rf /tmp/package && mkdir -p /tmp/package/DEBIAN "$3"
	printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: Nobody <nobody@example.com>\nDescription: nothing\n' "$1" "$2" >/tmp/package/DEBIAN/control
	dpkg-deb --build --root-owner-group /tmp/package "$3/$1_$2.deb" >/dev/null
}
publish() { # FOLDER LABEL
	cd "$1"
	for file in *.deb; do
		dpkg-deb --field "$file"
		printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$file" "$(stat -c %s "$file")" "$(sha256sum "$file" | cut -d' ' -f1)"
	done >Packages
	printf 'Origin: Debian\nLabel: %s\nSuite: test\nCodename: test\nDate: %s\nSHA256:\n %s %s Packages\n' "$2" "$(date -Ru)" "$(sha256sum Packages | cut -d' ' -f1)" "$(stat -c %s Packages)" >Release
	echo "deb [trusted=yes] file:$1 ./" >>/etc/apt/sources.list.d/test.list
}
make_package central-fixed 1.0 /srv/old
make_package central-other 1.0 /srv/old
dpkg --install /srv/old/*.deb >/dev/null
make_package central-fixed 1.1 /srv/fixes
make_package central-other 1.1 /srv/others
publish /srv/fixes Debian-Security
publish /srv/others Debian`

// update installs an update that waits, if it fixes security, and no other.
func (g *ground) update(server fleet.Server) {
	g.inside(server.Name, archives, "")
	ended := g.does(g.act(server, fleet.ServerActionInput{Kind: fleet.ActionUpdateServer}))
	if said := strings.Join(g.said(ended.ID, "central"), " "); !strings.Contains(said, "need not be rebooted") {
		g.t.Errorf("it says %s", said)
	}
	said := strings.Join(g.said(ended.ID, ""), "\n")
	if !strings.Contains(said, "central-fixed 1.0 1.1") || strings.Contains(said, "central-other") {
		g.t.Errorf("of the packages it says %s", said)
	}
	versions := "dpkg-query --show --showformat '${Package} ${Version}\n' central-fixed central-other"
	if got := g.inside(server.Name, versions, ""); got != "central-fixed 1.1\ncentral-other 1.0" {
		g.t.Errorf("installed are %s", got)
	}
	// A kernel or a library may ask for a reboot, by this file.
	g.inside(server.Name, "touch /run/reboot-required", "")
	ended = g.does(g.act(server, fleet.ServerActionInput{Kind: fleet.ActionUpdateServer}))
	if said := strings.Join(g.said(ended.ID, "central"), " "); !strings.Contains(said, "Updates wait for "+server.Name+" to be rebooted") {
		g.t.Errorf("it says %s", said)
	}
	g.inside(server.Name, "rm /run/reboot-required /etc/apt/sources.list.d/test.list", "")
}

// finishRoutes carries out what the set-up of a proxy has queued besides.
func (g *ground) finishRoutes() {
	for {
		page, err := g.store.Actions(g.t.Context(), fleet.Page{First: 1}, fleet.ActionFilter{Statuses: []fleet.ActionStatus{fleet.ActionQueued}})
		g.must(err)
		if len(page.Nodes) == 0 {
			return
		}
		g.does(page.Nodes[0])
	}
}

// act queues an action on a server.
func (g *ground) act(server fleet.Server, in fleet.ServerActionInput) fleet.Action {
	g.t.Helper()
	in.ServerID, in.ConfirmName = server.ID, server.Name
	_, action, err := g.store.ActOnServer(g.t.Context(), admin, in)
	g.must(err)
	return action
}

func (g *ground) check(server fleet.Server) {
	g.does(g.act(server, fleet.ServerActionInput{Kind: fleet.ActionCheckServer}))
	stored, err := g.store.Server(g.t.Context(), server.ID)
	g.must(err)
	if stored.Facts == nil || stored.Facts.Distribution != "debian" || !stored.Facts.Python || len(stored.Facts.Disks) == 0 {
		g.t.Errorf("facts %+v", stored.Facts)
	}
}

// preview shows what somebody changed on the server as a diff, and changes nothing.
func (g *ground) preview(server fleet.Server) {
	const file = "/etc/ssh/sshd_config.d/10-central.conf"
	g.inside(server.Name, "sed -i 's/^MaxSessions .*/MaxSessions 3/' "+file, "")
	ended := g.does(g.act(server, fleet.ServerActionInput{Kind: fleet.ActionPreviewServer}))
	diff := strings.Join(g.said(ended.ID, "diff"), "\n")
	if !strings.Contains(diff, "-MaxSessions 3") || !strings.Contains(diff, "+MaxSessions 10") {
		g.t.Errorf("the diff is %s", diff)
	}
	if got := g.inside(server.Name, "grep -c '^MaxSessions 3$' "+file, ""); got != "1" {
		g.t.Error("the preview changed it")
	}
	if said := strings.Join(g.said(ended.ID, "central"), " "); !strings.Contains(said, "would change something in") {
		g.t.Errorf("it says %s", said)
	}
}

func (g *ground) restart(server fleet.Server) {
	for service, unit := range map[fleet.ServerService]string{fleet.ServiceNginx: "nginx.service", fleet.ServiceSSH: "ssh.service"} {
		pid := "systemctl show --property MainPID --value " + unit
		before := g.inside(server.Name, pid, "")
		g.does(g.act(server, fleet.ServerActionInput{Kind: fleet.ActionRestartService, Service: service}))
		if after := g.inside(server.Name, pid, ""); after == before || after == "0" {
			g.t.Errorf("%s: process %s, before %s", unit, after, before)
		}
	}
	// Settings that nginx would not start with are found before it is stopped.
	g.inside(server.Name, "echo broken >/etc/nginx/conf.d/zz.conf", "")
	failed := g.carryOut(g.act(server, fleet.ServerActionInput{Kind: fleet.ActionRestartService, Service: fleet.ServiceNginx}).ID)
	if failed.Status != fleet.ActionFailed || failed.ErrorCode != fleet.CodeCommandFailed {
		g.t.Errorf("it ended as %s: %s", failed.Status, failed.ErrorMessage)
	}
	if got := g.inside(server.Name, "rm /etc/nginx/conf.d/zz.conf; systemctl is-active nginx", ""); got != "active" {
		g.t.Errorf("nginx is %s", got)
	}
}

// rotate gives Central another key, leaves people's, and takes those of an earlier Central away.
func (g *ground) rotate(server fleet.Server) {
	entrance := g.line(remote.Host{})
	old, err := g.keys.Open(g.t.Context(), server.ID, "")
	g.must(err)
	// However people wrote down the key that Central had, it goes.
	g.inside(server.Name, `sed -i 's/^\(ssh-ed25519 [^ ]*\) central$/\1 by hand/' /root/.ssh/authorized_keys`, "")
	g.inside(server.Name, "cat >>/root/.ssh/authorized_keys", "ssh-ed25519 AAAAold central\nssh-ed25519 AAAAanna anna@example.com\n")
	g.does(g.act(server, fleet.ServerActionInput{Kind: fleet.ActionRotateCredentials}))
	g.hasOnlyItsKey(server)
	g.refusesKey(server, old)
	if g.line(remote.Host{}) == entrance {
		g.t.Error("new servers are still asked to let in the key that no server uses")
	}
	g.does(g.queue(fleet.ActionUpdateFirewall, server)) // Ansible gets in, too
	g.interruptedRotation(server)
}

// interruptedRotation stops the runner at every moment at which the rotation needs a key, and lets another one go on:
// the server can be reached by a new connection each time.
func (g *ground) interruptedRotation(server fleet.Server) {
	old, err := g.keys.Open(g.t.Context(), server.ID, "")
	g.must(err)
	action := g.act(server, fleet.ServerActionInput{Kind: fleet.ActionRotateCredentials})
	rounds := 0
	for !action.Status.Finished() {
		rounds++
		ctx, stop := context.WithCancel(g.t.Context())
		var asked atomic.Int32
		interrupt := func() {
			if asked.Add(1) == int32(rounds) {
				stop()
			}
		}
		claimed, err := g.store.ClaimAction(ctx, "practice", time.Minute)
		g.must(err)
		g.asked.Store(&interrupt)
		g.r.carryOut(ctx, claimed)
		g.asked.Store(nil)
		stop()
		g.pool.Forget(server.Address, server.Port)
		if _, err := g.on(server, "true"); err != nil {
			g.t.Fatalf("interrupted %d times: %v", rounds, err)
		}
		action, err = g.store.Action(g.t.Context(), action.ID)
		g.must(err)
	}
	g.t.Logf("%s in %d rounds %s", action.Status, rounds, action.ErrorMessage)
	if action.Status != fleet.ActionSucceeded || rounds < 4 {
		g.t.Errorf("it ended as %s after %d rounds: %s", action.Status, rounds, action.ErrorMessage)
	}
	g.hasOnlyItsKey(server)
	g.refusesKey(server, old)
}

// hasOnlyItsKey holds that of Central's keys the server lets in the one on record alone, and a person's.
func (g *ground) hasOnlyItsKey(server fleet.Server) {
	g.t.Helper()
	keys := g.inside(server.Name, "sort /root/.ssh/authorized_keys; stat -c '%a %U' /root/.ssh/authorized_keys", "")
	lines := []string{g.line(remoteHost(server)), "ssh-ed25519 AAAAanna anna@example.com"}
	slices.Sort(lines)
	if want := strings.Join(lines, "\n") + "\n600 root"; keys != want {
		g.t.Errorf("got %s\nwant %s", keys, want)
	}
}

// refusesKey holds that a key opens the server no more, and that Central has forgotten it.
func (g *ground) refusesKey(server fleet.Server, key ed25519.PrivateKey) {
	g.t.Helper()
	pool := remote.NewPool(remote.NewAgent(remote.OneKey(key)), remote.Limits{})
	defer pool.Close()
	if _, err := pool.Run(g.t.Context(), remoteHost(server), bench.Command{Name: "log in", Argv: []string{"true"}}); !remote.Refused(err) {
		g.t.Errorf("the old key gets in: %v", err)
	}
	rows, err := g.store.DB().QueryContext(g.t.Context(), "SELECT sealed FROM secrets WHERE name LIKE 'ssh-key%'")
	g.must(err)
	defer func() { g.must(rows.Close()) }()
	for rows.Next() {
		var sealed []byte
		g.must(rows.Scan(&sealed))
		kept, err := g.keys.Vault.OpenKey(sealed)
		g.must(err)
		if kept.Equal(key) {
			g.t.Error("the old key is still in the vault")
		}
	}
	g.must(rows.Err())
}

func (g *ground) reboot(server fleet.Server) {
	const since = "systemctl show --property ActiveEnterTimestampMonotonic --value basic.target; stat -c %Y /proc/1"
	before := g.inside(server.Name, since, "")
	ended := g.does(g.act(server, fleet.ServerActionInput{Kind: fleet.ActionRebootServer}))
	if after := g.inside(server.Name, since, ""); after == before {
		g.t.Error("it was not started anew")
	}
	if got, err := g.on(server, "systemctl is-active nginx; nft list table inet central | grep -c 'policy drop'"); err != nil || got != "active\n1" {
		g.t.Errorf("after it: %q, %v", got, err)
	}
	if said := strings.Join(g.said(ended.ID, "central"), " "); !strings.Contains(said, "was back after") {
		g.t.Errorf("it says %s", said)
	}
}

func (g *ground) retire(server fleet.Server) {
	g.does(g.act(server, fleet.ServerActionInput{Kind: fleet.ActionRetireServer, CleanUp: true}))
	stored, err := g.store.Server(g.t.Context(), server.ID)
	g.must(err)
	if stored.Status != fleet.ServerRetired {
		g.t.Errorf("it is %s", stored.Status)
	}
	left := g.inside(server.Name, `cat /root/.ssh/authorized_keys; nft list table inet central 2>/dev/null || true
		ls -d /usr/local/lib/central /var/lib/central /etc/nginx/central /etc/nftables.d/central.nft 2>/dev/null || true
		systemctl is-active nginx; nft --check --file /etc/nftables.conf`, "")
	if left != "ssh-ed25519 AAAAanna anna@example.com\nactive" {
		g.t.Errorf("left: %s", left)
	}
	if _, err := g.on(server, "true"); !remote.Refused(err) {
		g.t.Errorf("Central still gets in: %v", err)
	}
}
