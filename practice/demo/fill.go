package demo

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
)

// setUpServers adds each host to Central's fleet, unless it is there, and has the pairs and the proxies set up that
// are not ready, all at once.
func (d *Demo) setUpServers(ctx context.Context) error {
	var answer struct {
		Servers []struct{ ID, Name, Status string }
		Pairs   []struct {
			ID, Name, Status string
			BusyAction       *struct{ ID string }
		}
	}
	if err := d.Client.Do(ctx, `{ servers { id name status } pairs { id name status busyAction { id } } }`, nil, &answer); err != nil {
		return err
	}
	ids, ready := map[string]string{}, map[string]bool{}
	for _, s := range answer.Servers {
		ids[s.Name], ready[s.Name] = s.ID, s.Status == "READY"
	}
	var actions []string
	for _, host := range hosts {
		if ids[host.name] == "" {
			id, err := d.addServer(ctx, host.name, host.role)
			if err != nil {
				return err
			}
			ids[host.name] = id
		}
		if host.role != "PROXY" || ready[host.name] {
			continue
		}
		var queued struct {
			SetUpServer struct{ Action struct{ ID string } }
		}
		err := d.Client.Do(ctx, `mutation($id: ID!) { setUpServer(input: {serverId: $id}) { action { id } } }`, map[string]any{"id": ids[host.name]}, &queued)
		if err != nil {
			return err
		}
		actions = append(actions, queued.SetUpServer.Action.ID)
	}
	known := map[string]bool{}
	for _, p := range answer.Pairs {
		known[p.Name] = true
		switch {
		case p.BusyAction != nil: // of an earlier try
			actions = append(actions, p.BusyAction.ID)
		case p.Status != "READY":
			var queued struct {
				SetUpPair struct{ Action struct{ ID string } }
			}
			err := d.Client.Do(ctx, `mutation($id: ID!) { setUpPair(input: {pairId: $id}) { action { id } } }`, map[string]any{"id": p.ID}, &queued)
			if err != nil {
				return err
			}
			actions = append(actions, queued.SetUpPair.Action.ID)
		}
	}
	for _, pair := range pairs {
		if known[pair.name] {
			continue
		}
		var queued struct {
			CreatePair struct{ Action struct{ ID string } }
		}
		err := d.Client.Do(ctx, `mutation($in: CreatePairInput!) { createPair(input: $in) { action { id } } }`, map[string]any{"in": map[string]any{
			"name": pair.name, "masterId": ids[pair.master], "slaveId": ids[pair.slave],
		}}, &queued)
		if err != nil {
			return err
		}
		actions = append(actions, queued.CreatePair.Action.ID)
	}
	return d.wait(ctx, actions)
}

func (d *Demo) addServer(ctx context.Context, name, role string) (string, error) {
	host, err := d.Fleet.Host(name)
	if err != nil {
		return "", err
	}
	key, err := d.Fleet.HostKey(name)
	if err != nil {
		return "", err
	}
	fingerprint, err := fingerprint(key)
	if err != nil {
		return "", err
	}
	var added struct {
		AddServer struct{ Server struct{ ID string } }
	}
	err = d.Client.Do(ctx, `mutation($in: AddServerInput!) { addServer(input: $in) { server { id } } }`, map[string]any{"in": map[string]any{
		"name": name, "address": host.Address.String(), "role": role, "hostKeyFingerprint": fingerprint,
	}}, &added)
	return added.AddServer.Server.ID, err
}

// fingerprint is what ssh-keygen -l prints for a public key.
func fingerprint(key string) (string, error) {
	fields := strings.Fields(key)
	if len(fields) < 2 {
		return "", fmt.Errorf("%q is no public key", key)
	}
	blob, err := base64.StdEncoding.DecodeString(fields[1])
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(blob)
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:]), nil
}

func (d *Demo) addApps(ctx context.Context) error {
	var answer struct{ Apps []struct{ Name string } }
	if err := d.Client.Do(ctx, `{ apps { name } }`, nil, &answer); err != nil {
		return err
	}
	known := map[string]bool{}
	for _, app := range answer.Apps {
		known[app.Name] = true
	}
	var actions []string
	for _, name := range []string{"frappe", "shop"} {
		if known[name] {
			continue
		}
		var added struct {
			AddApp struct{ Action struct{ ID string } }
		}
		err := d.Client.Do(ctx, `mutation($in: AddAppInput!) { addApp(input: $in) { action { id } } }`,
			map[string]any{"in": map[string]any{"name": name, "repository": d.Fleet.GitURL(name)}}, &added)
		if err != nil {
			return err
		}
		actions = append(actions, added.AddApp.Action.ID)
	}
	return d.wait(ctx, actions)
}

// Commit is the commit of an app's release with a version, as Central has it on record.
func (d *Demo) Commit(ctx context.Context, app, version string) (string, error) {
	var answer struct {
		Releases []struct{ Commit, Version string }
	}
	err := d.Client.Do(ctx, `query($app: String) { releases(app: $app) { commit version } }`, map[string]any{"app": app}, &answer)
	if err != nil {
		return "", err
	}
	for _, r := range answer.Releases {
		if r.Version == version {
			return r.Commit, nil
		}
	}
	return "", fmt.Errorf("%s has no release %s", app, version)
}

func (d *Demo) createBenches(ctx context.Context) error {
	var answer struct {
		Servers []struct{ ID, Name string }
		Benches []struct {
			ID, Name  string
			Revisions []struct{ Status string }
		}
		Actions struct{ Nodes []struct{ ID string } }
	}
	err := d.Client.Do(ctx, `{ servers { id name } benches { id name revisions { status } }
		actions(first: 50, filter: {kinds: [BUILD_REVISION], statuses: [QUEUED, RUNNING]}) { nodes { id } } }`, nil, &answer)
	if err != nil {
		return err
	}
	servers, known := map[string]string{}, map[string]bool{}
	for _, s := range answer.Servers {
		servers[s.Name] = s.ID
	}
	var actions []string
	for _, b := range answer.Benches {
		known[b.Name] = true
	}
	for _, a := range answer.Actions.Nodes { // of an earlier try
		actions = append(actions, a.ID)
	}
	var commits []map[string]any
	for _, app := range []string{"frappe", "shop"} {
		commit, err := d.Commit(ctx, app, firstVersion)
		if err != nil {
			return err
		}
		commits = append(commits, map[string]any{"app": app, "commit": commit})
	}
	for _, bench := range benches {
		if known[bench.name] {
			continue
		}
		var created struct {
			CreateBench struct{ Action struct{ ID string } }
		}
		err := d.Client.Do(ctx, `mutation($in: CreateBenchInput!) { createBench(input: $in) { action { id } } }`,
			map[string]any{"in": map[string]any{"name": bench.name, "serverId": servers[bench.server], "apps": commits}}, &created)
		if err != nil {
			return err
		}
		actions = append(actions, created.CreateBench.Action.ID)
	}
	return d.wait(ctx, actions)
}

// createSites creates the sites, spread over the benches, and gives every fourth one data that the release
// made to fail stumbles over.
func (d *Demo) createSites(ctx context.Context) error {
	var answer struct {
		Benches []struct{ ID, Name string }
		Sites   struct {
			Nodes []struct{ Name, Status string }
		}
		Actions struct{ Nodes []struct{ ID string } }
	}
	err := d.Client.Do(ctx, `{ benches { id name } sites(first: 1000) { nodes { name status } }
		actions(first: 50, filter: {kinds: [CREATE_SITE], statuses: [QUEUED, RUNNING]}) { nodes { id } } }`, nil, &answer)
	if err != nil {
		return err
	}
	ids, known := map[string]string{}, map[string]bool{}
	for _, b := range answer.Benches {
		ids[b.Name] = b.ID
	}
	for _, s := range answer.Sites.Nodes {
		known[s.Name] = true
	}
	var actions, spoil []string
	for _, a := range answer.Actions.Nodes { // of an earlier try
		actions = append(actions, a.ID)
	}
	for n := 1; n <= d.Sites; n++ {
		if known[siteName(n)] {
			continue
		}
		var created struct {
			CreateSite struct{ Action struct{ ID string } }
		}
		err := d.Client.Do(ctx, `mutation($in: CreateSiteInput!) { createSite(input: $in) { action { id } } }`,
			map[string]any{"in": map[string]any{"name": siteName(n), "benchId": ids[benches[n%len(benches)].name]}}, &created)
		if err != nil {
			return err
		}
		actions = append(actions, created.CreateSite.Action.ID)
		if n%4 == 0 {
			spoil = append(spoil, siteName(n))
		}
	}
	if err := d.wait(ctx, actions); err != nil {
		return err
	}
	for _, site := range spoil {
		if err := d.addLooseItem(ctx, site); err != nil {
			return err
		}
	}
	return nil
}

// addLooseItem adds an item without a unit to a site's shop, as one of its customers would.
func (d *Demo) addLooseItem(ctx context.Context, site string) error {
	proxy, err := d.Fleet.Host("p-01")
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+proxy.Address.String()+"/api/method/shop.api.add_item", strings.NewReader(`{"item_code": "LOOSE-1"}`))
	if err != nil {
		return err
	}
	request.Host = site
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s to a new item", site, response.Status)
	}
	return nil
}

func (d *Demo) wait(ctx context.Context, actions []string) error {
	if len(actions) == 0 {
		return nil
	}
	return d.Client.Wait(ctx, actions, d.report.actions)
}
