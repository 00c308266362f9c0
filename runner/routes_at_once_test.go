package runner

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"central/fleet"
	"central/runner/bench"
)

// routesAtOnce routes many sites on one server at the same moment: nginx reads all of them, with far fewer readings.
func (g *ground) routesAtOnce(server fleet.Server) {
	const sites = 30
	run := func(script string) string {
		g.t.Helper()
		said, err := g.on(server, script)
		g.must(err)
		return strings.TrimSpace(said)
	}
	run("mkdir /etc/nginx/central/sites.d")
	began := time.Now()
	group, ctx := errgroup.WithContext(g.t.Context())
	for i := range sites {
		group.Go(func() error {
			command, err := bench.WriteNginxMap(fmt.Sprintf("site-%02d.example.com", i), 8000)
			if err != nil {
				return err
			}
			_, err = g.pool.Run(ctx, remoteHost(server), command)
			return err
		})
	}
	g.must(group.Wait())
	if entries := run("cat /etc/nginx/central/sites.d/*.conf | wc -l"); entries != fmt.Sprint(sites) {
		g.t.Errorf("%s entries are there", entries)
	}
	if counts := run("cat /run/central-nginx.wanted /run/central-nginx.loaded"); counts != fmt.Sprintf("%d\n%[1]d", sites) {
		g.t.Errorf("wanted and read: %q", counts)
	}
	reloads, err := strconv.Atoi(run(fmt.Sprintf("journalctl --quiet --unit=nginx --since=@%d | grep -c 'Reloaded nginx'", began.Unix())))
	g.must(err)
	g.t.Logf("%d readings for %d changes", reloads, sites)
	if reloads < 1 || reloads >= sites {
		g.t.Errorf("nginx read its entries %d times for %d changes", reloads, sites)
	}

	swap, err := bench.SwapNginxMaps(bench.Swap{Host: "other.example.com", Port: 8001, Forgotten: "site-00.example.com"})
	g.must(err)
	_, err = g.pool.Run(g.t.Context(), remoteHost(server), swap)
	g.must(err)
	if left := run("cd /etc/nginx/central/sites.d && cat other.example.com.conf && ! test -e site-00.example.com.conf"); left != "other.example.com 8001;" {
		g.t.Errorf("after one name in place of another: %q", left)
	}

	// Of many at once, one that nginx refuses keeps none of the others from it, and what it was to replace stays.
	run("echo 'stray.example.com 8000;' >/etc/nginx/central/sites.d/other.example.com.domains.conf")
	swap, err = bench.SwapNginxMaps(
		bench.Swap{Host: "a.example.com", Port: 8001, Forgotten: "site-01.example.com"},
		bench.Swap{Host: "stray.example.com", Port: 8001, Forgotten: "site-02.example.com"},
		bench.Swap{Host: "b.example.com", Port: 8002, Forgotten: "site-03.example.com"},
	)
	g.must(err)
	output, err := g.pool.Run(g.t.Context(), remoteHost(server), swap)
	if fleet.ErrorCode(err) != fleet.CodeCommandFailed {
		g.t.Errorf("with a name that leads elsewhere already: %v", err)
	}
	if refused := bench.ParseRefused(output.Stdout); len(refused) != 1 || !strings.Contains(refused["stray.example.com"], "conflicting parameter") {
		g.t.Errorf("refused: %v", refused)
	}
	if left := run("cd /etc/nginx/central/sites.d && cat a.example.com.conf b.example.com.conf && ls | grep -E '^(stray|site-0[123])'"); left != "a.example.com 8001;\nb.example.com 8002;\nsite-02.example.com.conf" {
		g.t.Errorf("after three names in place of others: %q", left)
	}
	run("rm -r /etc/nginx/central/sites.d")
}
