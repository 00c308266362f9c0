package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// ask sends a GraphQL operation that must succeed.
func ask[T any](t *testing.T, query string, variables map[string]any) T {
	t.Helper()
	var answer T
	if err := fleet.Client.Do(t.Context(), query, variables, &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// site is what the tests know of one.
type site struct {
	ID, Name, Status, Version string
	MaintenanceSince          *time.Time
	Server                    struct{ Name string }
	Revision                  struct{ Name string }
	Bench                     struct{ Name string }
}

func sites(t *testing.T) map[string]site {
	t.Helper()
	answer := ask[struct{ Sites struct{ Nodes []site } }](t, `{ sites(first: 100) { nodes { id name status version maintenanceSince server { name } revision { name } bench { name } } } }`, nil)
	byName := map[string]site{}
	for _, s := range answer.Sites.Nodes {
		byName[s.Name] = s
	}
	return byName
}

func siteName(n int) string { return fmt.Sprintf("shop-%02d.example.com", n) }

// deploySite is one site of a deploy.
type deploySite struct {
	SiteName, ActionID, Status, Step, Detail, ErrorCode, ErrorMessage string
	Percent                                                           int
	MaintenanceSeconds                                                *float64
	MaintenanceSince                                                  *time.Time
}

// deployState is a deploy as the page reads it.
type deployState struct {
	ID, Status string
	LastSeq    int
	Progress   struct{ Total, Done, RolledBack, Broken, Cancelled, NotStarted, Running int }
	Sites      []deploySite
}

const deployFields = `id status lastSeq progress { total done rolledBack broken cancelled notStarted running }
	sites { siteName actionId status step detail errorCode errorMessage percent maintenanceSeconds maintenanceSince }`

func deployOf(t *testing.T, id string) deployState {
	t.Helper()
	return ask[struct{ Deploy deployState }](t, `query($id: ID!) { deploy(id: $id) { `+deployFields+` } }`, map[string]any{"id": id}).Deploy
}

// startDeploy deploys one release of shop to sites and returns the deploy's id.
func startDeploy(t *testing.T, version string, names []string, key string) string {
	t.Helper()
	commit, err := fleet.Commit(t.Context(), "shop", version)
	if err != nil {
		t.Fatal(err)
	}
	known := sites(t)
	ids := []string{}
	for _, name := range names {
		ids = append(ids, known[name].ID)
	}
	answer := ask[struct {
		DeploySites struct{ Deploy struct{ ID string } }
	}](t, `mutation($in: DeploySitesInput!) { deploySites(input: $in) { deploy { id } } }`, map[string]any{"in": map[string]any{
		"siteIds": ids, "releases": []any{map[string]any{"app": "shop", "commit": commit}}, "idempotencyKey": key,
	}})
	return answer.DeploySites.Deploy.ID
}

// event is one event of a deploy's progress.
type event struct {
	Seq      int
	Progress struct{ Status string }
	Site     *deploySite
}

// follow reads a deploy's progress over server-sent events until it ends.
func follow(t *testing.T, id string, after int) []event {
	t.Helper()
	events := []event{}
	err := subscribe(t, `subscription($id: ID!, $after: Int!) { deployProgress(deployId: $id, after: $after) {
		seq progress { status } site { siteName actionId status step detail percent } } }`,
		map[string]any{"id": id, "after": after}, func(data json.RawMessage) bool {
			var answer struct{ DeployProgress event }
			if err := json.Unmarshal(data, &answer); err != nil {
				t.Fatal(err)
			}
			events = append(events, answer.DeployProgress)
			return true
		})
	if err != nil {
		t.Fatal(err)
	}
	return events
}

// subscribeUntil follows a deploy until an event is the one that was waited for.
func subscribeUntil(t *testing.T, id string, found func(event) bool) error {
	t.Helper()
	seen := false
	err := subscribe(t, `subscription($id: ID!) { deployProgress(deployId: $id) { seq progress { status } site { siteName step detail status } } }`,
		map[string]any{"id": id}, func(data json.RawMessage) bool {
			var answer struct{ DeployProgress event }
			if err := json.Unmarshal(data, &answer); err != nil {
				t.Fatal(err)
			}
			seen = found(answer.DeployProgress)
			return !seen
		})
	if err == nil && !seen {
		err = fmt.Errorf("the deploy ended before what was waited for")
	}
	return err
}

// subscribe reads a subscription over server-sent events until it ends or onData returns false.
func subscribe(t *testing.T, query string, variables map[string]any, onData func(json.RawMessage) bool) error {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, fleet.Client.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Authorization", "Bearer "+fleet.Client.Token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		text, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok || text == "" {
			continue
		}
		var payload struct {
			Data   json.RawMessage
			Errors []struct{ Message string }
		}
		if err := json.Unmarshal([]byte(text), &payload); err != nil {
			return err
		}
		if len(payload.Errors) > 0 {
			return fmt.Errorf("the subscription answered: %s", payload.Errors[0].Message)
		}
		if payload.Data != nil && !onData(payload.Data) {
			return nil
		}
	}
	return lines.Err()
}

// visit asks the proxy for a path of a site, as a visitor would, and returns status and body.
func visit(t *testing.T, name, path string) (int, string) {
	t.Helper()
	proxy, err := fleet.Fleet.Host("p-01")
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+proxy.Address.String()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = name
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

// servedVersion is the version of shop that a visitor of the site gets.
func servedVersion(t *testing.T, name string) string {
	t.Helper()
	status, body := visit(t, name, "/api/method/version")
	var answer struct {
		Message struct {
			Apps map[string]struct{ Version string }
		}
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil || status != http.StatusOK {
		t.Fatalf("%s answered %d: %.200s", name, status, body)
	}
	return answer.Message.Apps["shop"].Version
}

// onHost runs a script as root on a host, past Central.
func onHost(t *testing.T, host, script string) string {
	t.Helper()
	h, err := fleet.Fleet.Host(host)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "ssh", "-i", sshKey, "-o", "BatchMode=yes", "-o", "UserKnownHostsFile="+sshKey+".hosts",
		"-o", "StrictHostKeyChecking=accept-new", "-o", "LogLevel=ERROR", "root@"+h.Address.String(), "bash -euo pipefail -s")
	command.Stdin = strings.NewReader(script)
	out, err := command.Output()
	if err != nil {
		t.Fatalf("on %s: %v\n%s\n%s", host, err, script, out)
	}
	return string(out)
}

// onHostAnew is onHost for a host whose key has just been changed.
func onHostAnew(t *testing.T, host, script string) {
	t.Helper()
	if err := os.Remove(sshKey + ".hosts"); err != nil {
		t.Fatal(err)
	}
	onHost(t, host, script)
}

// database runs SQL in a site's database.
func database(t *testing.T, s site, sql string) string {
	t.Helper()
	return strings.TrimSpace(onHost(t, s.Server.Name, fmt.Sprintf(`db=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["db_name"])' /home/frappe/benches/*/*/sites/%s/site_config.json)
mariadb -N "$db" <<'SQL'
%s
SQL`, s.Name, sql)))
}

// tableDumps is the digest of every table of a site, structure and rows.
func tableDumps(t *testing.T, s site) string {
	t.Helper()
	return onHost(t, s.Server.Name, fmt.Sprintf(`db=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["db_name"])' /home/frappe/benches/*/*/sites/%s/site_config.json)
mariadb -N -e 'SHOW TABLES' "$db" | sort | while read -r table; do
	printf '%%s ' "$table"
	mariadb-dump --skip-comments --skip-dump-date --order-by-primary "$db" "$table" | sha256sum
done`, s.Name))
}
