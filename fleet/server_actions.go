package fleet

import (
	"fmt"
	"slices"
)

// ServerService is a service of a server that may be restarted.
type ServerService string

// The services. There is no way to name another one.
const (
	ServiceMariaDB ServerService = "MARIADB"
	ServiceNginx   ServerService = "NGINX"
	ServiceSSH     ServerService = "SSH"
	ServiceBenches ServerService = "BENCHES" // the processes of every bench on the server
)

// Services are those that a server of a role has.
func Services(role ServerRole) []ServerService {
	if role == RoleProxy {
		return []ServerService{ServiceNginx, ServiceSSH}
	}
	return []ServerService{ServiceMariaDB, ServiceNginx, ServiceBenches, ServiceSSH}
}

// serviceWords are the services in a sentence.
var serviceWords = map[ServerService]string{
	ServiceMariaDB: "MariaDB", ServiceNginx: "nginx", ServiceSSH: "sshd", ServiceBenches: "all benches",
}

// ServerActionInput is what is asked for on a server. Which fields count depends on the kind of action.
type ServerActionInput struct {
	ServerID    uint
	Kind        ActionKind    // one of the kinds that NeedsForServerAction knows
	Service     ServerService // of RESTART_SERVICE
	WithSites   bool          // of REBOOT_SERVER: although the server is the master of a pair
	CleanUp     bool          // of RETIRE_SERVER: what Central put there is removed, its key last
	ConfirmName string        // the server's name, where the plan asks for it
}

// serverActionRoles says who may have which action done on a server.
var serverActionRoles = map[ActionKind]Role{
	ActionCheckServer: RoleOperator, ActionPreviewServer: RoleOperator,
	ActionSetUpServer: RoleAdmin, ActionUpdateServer: RoleAdmin, ActionRestartService: RoleAdmin,
	ActionRebootServer: RoleAdmin, ActionRotateCredentials: RoleAdmin, ActionRetireServer: RoleAdmin,
}

// NeedsForServerAction is the role that an action on a server needs. It errs with CodeInvalid for a kind that is not
// one of the limited set.
func NeedsForServerAction(kind ActionKind) (Role, error) {
	role, known := serverActionRoles[kind]
	if !known {
		return "", FieldErrorf(CodeInvalid, "input.kind", "%s is nothing that is done to a server by hand.", quoted(string(kind)))
	}
	return role, nil
}

// ServerSubject is a server with what an action on it concerns.
type ServerSubject struct {
	Server  Server
	Benches int
	Sites   int
	Pair    *Pair    // that it is part of
	Partner string   // name of the other server of the pair
	Proxies int      // how many proxies of the fleet are in use
	AtWork  []string // titles of actions on it that have not ended

	OnlyBackups int // backups that lie on it and nowhere else
}

// ServerActionPlan is what an action on a server would do, in words.
type ServerActionPlan struct {
	Title           string
	Does            []string // one sentence for each thing, in order
	Sites           int      // how many sites it concerns
	DowntimeSeconds float64  // how long those are down, roughly
	Confirm         bool     // the server's name has to be typed
	NeedsPreview    bool     // a preview has to be seen first
	Preview         *Action  // the newest one that counts; nil when there is none
	Notes           []ServerNote
}

// PlanServerAction says what an action would do, and what stands in its way. It changes nothing. It errs with
// CodeInvalid when the input makes no sense whatever state the server is in.
func PlanServerAction(of ServerSubject, in ServerActionInput) (ServerActionPlan, error) {
	if _, err := NeedsForServerAction(in.Kind); err != nil {
		return ServerActionPlan{}, err
	}
	if in.Kind == ActionRestartService && !slices.Contains(Services(of.Server.Role), in.Service) {
		return ServerActionPlan{}, FieldErrorf(CodeInvalid, "input.service", "%s has no service %s that could be restarted.", of.Server.Name, quoted(string(in.Service)))
	}
	p := serverPlanner{of: of, plan: ServerActionPlan{Does: []string{}, Notes: []ServerNote{}}}
	p.state(in)
	switch in.Kind {
	case ActionCheckServer:
		p.title("Check %s", of.Server.Name)
		p.does("Central logs in, reads what the machine is (system, memory, disks, clock), and says what does not fit its role.")
		p.does("Nothing is changed.")
	case ActionPreviewServer:
		p.title("Preview the set-up of %s", of.Server.Name)
		p.does("The plays of its role run in check mode: the output shows each difference to what the server has now.")
		if pair := p.of.Pair; pair != nil && pair.Status == PairReady {
			p.does("So does the play of the pair %s, on %s and %s; what differs there is put right by setting up the pair again.", pair.Name, p.of.Server.Name, p.of.Partner)
		}
		p.does("Nothing is changed.")
	case ActionSetUpServer:
		p.setUp()
	case ActionUpdateServer:
		p.update()
	case ActionRestartService:
		p.restart(in.Service)
	case ActionRebootServer:
		p.reboot(in.WithSites)
	case ActionRotateCredentials:
		p.rotate()
	case ActionRetireServer:
		p.retire(in.CleanUp)
	}
	return p.plan, nil
}

// serverPlanner puts a plan together.
type serverPlanner struct {
	of   ServerSubject
	plan ServerActionPlan
}

func (p *serverPlanner) title(format string, args ...any) {
	p.plan.Title = fmt.Sprintf(format, args...)
}
func (p *serverPlanner) does(format string, args ...any) {
	p.plan.Does = append(p.plan.Does, fmt.Sprintf(format, args...))
}

func (p *serverPlanner) note(severity PlanSeverity, code Code, field, format string, args ...any) {
	p.plan.Notes = append(p.plan.Notes, ServerNote{Severity: severity, Code: code, Field: field, Message: fmt.Sprintf(format, args...)})
}

func (p *serverPlanner) blocks(code Code, field, format string, args ...any) {
	p.note(PlanBlocking, code, field, format, args...)
}

// state holds the action against the state that the server is in.
func (p *serverPlanner) state(in ServerActionInput) {
	server := p.of.Server
	switch server.Status {
	case ServerRetired:
		p.blocks(CodeNotReady, "input.serverId", "%s is retired; Central does nothing on it any more.", server.Name)
	case ServerKeyChanged:
		if in.Kind != ActionRetireServer || in.CleanUp {
			p.blocks(CodeHostKeyChanged, "input.serverId", "%s shows another host key than the pinned one; everything on it is stopped.", server.Name)
		}
	case ServerSettingUp:
		p.blocks(CodeConflict, "input.serverId", "%s is being set up; wait until that is done.", server.Name)
	case ServerNew:
		switch in.Kind {
		case ActionUpdateServer, ActionRestartService, ActionRebootServer:
			p.blocks(CodeNotReady, "input.serverId", "%s was not set up yet; set it up first.", server.Name)
		default:
		}
	default:
	}
	switch in.Kind {
	case ActionUpdateServer, ActionRestartService, ActionRebootServer, ActionRotateCredentials, ActionRetireServer:
		if len(p.of.AtWork) > 0 && (in.Kind != ActionRestartService || in.Service != ServiceSSH) {
			p.blocks(CodeConflict, "input.serverId", "%q is under way on %s%s; wait until that is done.", p.of.AtWork[0], server.Name, andMore(len(p.of.AtWork)-1))
		}
	default:
	}
}

func andMore(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", and %d more", n)
}

// down says for how many sites and how long the server does not serve.
func (p *serverPlanner) down(seconds float64, what string) {
	p.plan.Sites = p.of.Sites
	switch {
	case p.of.Server.Role == RoleProxy && p.of.Proxies <= 1:
		p.plan.DowntimeSeconds = seconds
		p.note(PlanWarning, CodeNotReady, "", "It is the only proxy: no site can be reached meanwhile, for about %.0f s.", seconds)
	case p.of.Server.Role == RoleProxy:
		p.note(PlanWarning, CodeNotReady, "", "Visitors whom it serves come through the other proxies meanwhile, once their DNS says so.")
	case p.of.Sites > 0:
		p.plan.DowntimeSeconds = seconds
		p.note(PlanWarning, CodeNotReady, "", "%s %s for about %.0f s.", countSites(p.of.Sites), what, seconds)
	}
}

// switchFirst says how the sites of a pair's master stay up.
func (p *serverPlanner) switchFirst() {
	if pair := p.of.Pair; pair != nil && pair.MasterID == p.of.Server.ID && pair.Status == PairReady && p.of.Sites > 0 {
		p.note(PlanWarning, CodeNotReady, "", "%s is the master of the pair %s: switch over to %s first, and its sites stay up.", p.of.Server.Name, pair.Name, p.of.Partner)
	}
}

func countSites(n int) string {
	if n == 1 {
		return "1 site"
	}
	return fmt.Sprintf("%d sites", n)
}

// roleInstalls says what the plays of a role install beside what every server has.
var roleInstalls = map[ServerRole]string{
	RoleMaster: "MariaDB tuned to its memory, Redis, nginx, Python, Node and the user for benches are installed",
	RoleSlave:  "what its master has is installed: MariaDB, Redis, nginx, Python, Node and the user for benches",
	RoleProxy:  "nginx is installed with a map of host names, which is tried before it is loaded",
}

func (p *serverPlanner) setUp() {
	p.title("Set up %s as %s", p.of.Server.Name, p.of.Server.Role)
	p.does("Base packages, users, the firewall and a hardened sshd are set up.")
	p.does("Then %s.", roleInstalls[p.of.Server.Role])
	if p.of.Server.Status == ServerNew {
		p.does("It takes a few minutes on a bare machine, and may be repeated at any time.")
		return
	}
	p.plan.NeedsPreview = p.of.Server.NeedsPreview()
	p.does("Only what differs is changed; a preview of its set-up shows it first. A changed setting restarts its service.")
	if p.of.Sites > 0 {
		p.plan.Sites = p.of.Sites
		p.note(PlanWarning, CodeNotReady, "", "If the database's settings differ, it is restarted: %s cannot be used for about 10 s.", countSites(p.of.Sites))
	}
}

func (p *serverPlanner) update() {
	p.title("Install security updates on %s", p.of.Server.Name)
	p.does("Packages with security updates are brought up to date; settings stay as they are.")
	p.does("The output names each package with its old and new version, and says whether the server has to be rebooted.")
	if p.of.Sites > 0 {
		p.plan.Sites = p.of.Sites
		p.note(PlanWarning, CodeNotReady, "", "A service whose package is updated is restarted: with the database, %s may be down for some seconds.", countSites(p.of.Sites))
	}
	p.switchFirst()
}

func (p *serverPlanner) restart(service ServerService) {
	p.title("Restart %s on %s", serviceWords[service], p.of.Server.Name)
	switch service {
	case ServiceMariaDB:
		p.does("MariaDB is stopped and started; requests that are under way fail.")
		p.down(10, "cannot be used")
	case ServiceNginx:
		p.does("nginx's settings are tried first; then nginx is stopped and started.")
		p.down(2, "cannot be reached")
	case ServiceSSH:
		p.does("sshd's settings are tried first; then it is restarted. Connections that are open stay open.")
		p.does("Central gets in by a new connection to see that it works.")
	case ServiceBenches:
		p.does("Web, worker and scheduler processes of %s are stopped and started; jobs that are under way begin again.", countBenches(p.of.Benches))
		p.down(15, "cannot be used")
	}
	p.plan.Confirm = p.plan.DowntimeSeconds > 5
	if p.plan.Confirm {
		p.switchFirst()
	}
	if p.plan.Sites > 0 && service != ServiceSSH {
		p.does("Then each of its sites is asked whether it answers.")
	}
}

func countBenches(n int) string {
	if n == 1 {
		return "1 bench"
	}
	return fmt.Sprintf("%d benches", n)
}

func (p *serverPlanner) reboot(withSites bool) {
	p.title("Reboot %s", p.of.Server.Name)
	p.plan.Confirm = true
	p.does("The machine is started anew. Central waits until it is back and all its services are up.")
	if p.of.Sites > 0 {
		p.does("Meanwhile the proxies show its visitors the maintenance page.")
		p.does("Then each of its sites is asked whether it answers.")
	}
	if pair := p.of.Pair; pair != nil && pair.MasterID == p.of.Server.ID && pair.Status == PairReady && !withSites {
		p.blocks(CodeNotReady, "input.withSites", "%s is the master of the pair %s: switch over to %s first, so that its sites stay up, or reboot it with its sites.", p.of.Server.Name, pair.Name, p.of.Partner)
	} else {
		p.switchFirst()
	}
	p.down(90, "cannot be reached")
}

func (p *serverPlanner) rotate() {
	p.title("Renew Central's access to %s", p.of.Server.Name)
	p.does("A new key of Central's is put into the authorized_keys of %s beside the one it uses now, and tried by a new connection.", p.of.Server.User)
	p.does("Only then the old key is removed there, and every other that calls itself Central's. Central forgets it once no server uses it any more.")
	switch pair := p.of.Pair; {
	case pair == nil:
	case pair.BusyActionID != nil:
		p.blocks(CodeConflict, "input.serverId", "The pair %s is busy; wait until that is done.", pair.Name)
	case pair.Status == PairReady:
		p.does("The replication of the pair %s gets a new password, on %s and %s. It pauses for a moment; sites do not notice.", pair.Name, p.of.Server.Name, p.of.Partner)
	default:
		p.note(PlanWarning, CodeNotReady, "", "The pair %s is not ready, so its replication keeps its password.", pair.Name)
	}
}

func (p *serverPlanner) retire(cleanUp bool) {
	p.title("Retire %s", p.of.Server.Name)
	p.plan.Confirm = true
	if p.of.Sites > 0 || p.of.Benches > 0 {
		p.blocks(CodeNotReady, "input.serverId", "%s still holds %s and %s; move or remove them first.", p.of.Server.Name, countBenches(p.of.Benches), countSites(p.of.Sites))
	}
	if p.of.Pair != nil {
		p.blocks(CodeNotReady, "input.serverId", "%s is part of the pair %s: take the pair apart first, on its page (dissolvePair).", p.of.Server.Name, p.of.Pair.Name)
	}
	if cleanUp && p.of.OnlyBackups > 0 {
		p.blocks(CodeNotReady, "input.cleanUp", "%s, and would be gone with it: remove them first, or retire it without removing what Central put there.", lieOnlyHere(p.of.OnlyBackups))
	}
	if p.of.Server.Role == RoleProxy && p.of.Proxies <= 1 {
		p.note(PlanWarning, CodeNotReady, "", "It is the only proxy: without it no site can be reached through one.")
	}
	if cleanUp {
		p.does("Central's firewall, web server settings, commands and files are removed from it, and Central's key last. Packages, databases and sshd's settings stay.")
	} else {
		p.does("Nothing is done on the machine; Central's key and files stay there.")
	}
	p.does("Central lets go of it: it stays on record, its name and address may be given to a new server.")
	if p.of.Server.Role == RoleProxy {
		p.does("The firewalls of all masters and slaves let it in no longer.")
	}
}
