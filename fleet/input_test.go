package fleet_test

import (
	"errors"
	"strings"
	"testing"

	"central/fleet"
)

// wantError holds an error of a Validate against a code and a field, both empty for none.
func wantError(t *testing.T, err error, code fleet.Code, field string) {
	t.Helper()
	got := &fleet.Error{}
	if err != nil && !errors.As(err, &got) {
		t.Fatalf("%v is no *fleet.Error", err)
	}
	if got.Code != code || got.Field != field {
		t.Errorf("got %v, want %q about %q", err, code, field)
	}
	if err != nil && got.Message == "" {
		t.Error("it says nothing")
	}
}

func TestNewServer_Validate(t *testing.T) {
	for _, test := range []struct {
		name  string
		in    fleet.NewServer
		field string
	}{
		{"OK", fleet.NewServer{Name: "m-01", Address: "192.0.2.7", Role: fleet.RoleMaster}, ""},
		{"Slave", fleet.NewServer{Name: "s-01", Address: "db.example.com", Port: 2222, User: "ops", Role: fleet.RoleSlave}, ""},
		{"Proxy", fleet.NewServer{Name: "p-01", Address: "2001:db8::1", Role: fleet.RoleProxy}, ""},
		{"ErrNoName", fleet.NewServer{Address: "192.0.2.7", Role: fleet.RoleMaster}, "input.name"},
		{"ErrName", fleet.NewServer{Name: "all", Address: "192.0.2.7", Role: fleet.RoleMaster}, "input.name"},
		{"ErrNoAddress", fleet.NewServer{Name: "m-01", Role: fleet.RoleMaster}, "input.address"},
		{"ErrAddress", fleet.NewServer{Name: "m-01", Address: "-oProxyCommand=x", Role: fleet.RoleMaster}, "input.address"},
		{"ErrZone", fleet.NewServer{Name: "m-01", Address: "fe80::1%eth0", Role: fleet.RoleMaster}, "input.address"},
		{"ErrUser", fleet.NewServer{Name: "m-01", Address: "192.0.2.7", User: "ansible_user=x", Role: fleet.RoleMaster}, "input.user"},
		{"ErrPort", fleet.NewServer{Name: "m-01", Address: "192.0.2.7", Port: 65536, Role: fleet.RoleMaster}, "input.port"},
		{"ErrNegativePort", fleet.NewServer{Name: "m-01", Address: "192.0.2.7", Port: -1, Role: fleet.RoleMaster}, "input.port"},
		{"ErrNoRole", fleet.NewServer{Name: "m-01", Address: "192.0.2.7"}, "input.role"},
		{"ErrRole", fleet.NewServer{Name: "m-01", Address: "192.0.2.7", Role: "ROOT"}, "input.role"},
		{"ErrShellInName", fleet.NewServer{Name: "m-01;reboot", Address: "192.0.2.7", Role: fleet.RoleMaster}, "input.name"},
		{"ErrSubstitutionInName", fleet.NewServer{Name: "$(reboot)", Address: "192.0.2.7", Role: fleet.RoleMaster}, "input.name"},
		{"ErrJinjaInName", fleet.NewServer{Name: "{{ lookup('pipe', 'id') }}", Address: "192.0.2.7", Role: fleet.RoleMaster}, "input.name"},
		{"ErrJinjaInAddress", fleet.NewServer{Name: "m-01", Address: "{{ lookup('pipe', 'id') }}", Role: fleet.RoleMaster}, "input.address"},
		{"ErrShellInUser", fleet.NewServer{Name: "m-01", Address: "192.0.2.7", User: "root;id", Role: fleet.RoleMaster}, "input.user"},
		{"ErrJinjaInRegion", fleet.NewServer{Name: "m-01", Address: "192.0.2.7", Role: fleet.RoleMaster, Region: "{% x %}"}, "input.region"},
		{"ErrShellInLabel", fleet.NewServer{Name: "m-01", Address: "192.0.2.7", Role: fleet.RoleMaster, Labels: []string{"`id`"}}, "input.labels"},
		{"ErrFingerprint", fleet.NewServer{Name: "m-01", Address: "192.0.2.7", Role: fleet.RoleMaster, HostKeyFingerprint: "MD5:aa:bb"}, "input.hostKeyFingerprint"},
	} {
		t.Run(test.name, func(t *testing.T) { wantError(t, test.in.Validate(), invalidIf(test.field), test.field) })
	}

	t.Run("Defaults", func(t *testing.T) {
		in := fleet.NewServer{Name: "m-01", Address: "192.0.2.7", Role: fleet.RoleMaster}
		if err := in.Validate(); err != nil || in.Port != 22 || in.User != "root" {
			t.Errorf("port %d, user %q, %v", in.Port, in.User, err)
		}
	})

	t.Run("OneWayToWriteAnAddress", func(t *testing.T) {
		for _, address := range []string{"2001:DB8:0:0:0:0:0:1", "2001:db8::1"} {
			in := fleet.NewServer{Name: "m-01", Address: address, Role: fleet.RoleMaster}
			if err := in.Validate(); err != nil || in.Address != "2001:db8::1" {
				t.Errorf("%s becomes %s, %v", address, in.Address, err)
			}
		}
		in := fleet.NewServer{Name: "m-01", Address: "::ffff:192.0.2.7", Role: fleet.RoleMaster}
		if err := in.Validate(); err != nil || in.Address != "192.0.2.7" {
			t.Errorf("becomes %s, %v", in.Address, err)
		}
	})
}

func TestNewApp_Validate(t *testing.T) {
	for _, test := range []struct {
		name  string
		in    fleet.NewApp
		field string
	}{
		{"OK", fleet.NewApp{Name: "shop", Repository: "https://git.example.com/shop.git", Branch: "version-15"}, ""},
		{"ErrName", fleet.NewApp{Name: "Shop", Repository: "https://git.example.com/shop.git", Branch: "main"}, "input.name"},
		{"ErrRepository", fleet.NewApp{Name: "shop", Repository: "ext::sh -c id", Branch: "main"}, "input.repository"},
		{"ErrNoBranch", fleet.NewApp{Name: "shop", Repository: "https://git.example.com/shop.git"}, "input.branch"},
		{"ErrBranch", fleet.NewApp{Name: "shop", Repository: "https://git.example.com/shop.git", Branch: "--upload-pack=id"}, "input.branch"},
	} {
		t.Run(test.name, func(t *testing.T) { wantError(t, test.in.Validate(), invalidIf(test.field), test.field) })
	}
}

func TestNewBench_Validate(t *testing.T) {
	apps := []fleet.AppCommit{{App: "frappe", Commit: frappe[0]}, {App: "shop", Commit: shop[0]}}
	for _, test := range []struct {
		name  string
		in    fleet.NewBench
		field string
	}{
		{"OK", fleet.NewBench{Name: "main", ServerID: 1, Apps: apps}, ""},
		{"Python", fleet.NewBench{Name: "main", Python: "python3.11", Apps: apps}, ""},
		{"ErrName", fleet.NewBench{Name: "../main", Apps: apps}, "input.name"},
		{"ErrPython", fleet.NewBench{Name: "main", Python: "python3.11; id", Apps: apps}, "input.python"},
		{"ErrPythonTwo", fleet.NewBench{Name: "main", Python: "python2", Apps: apps}, "input.python"},
		{"Node", fleet.NewBench{Name: "main", Node: "node20", Apps: apps}, ""},
		{"ErrNode", fleet.NewBench{Name: "main", Node: "node7", Apps: apps}, "input.node"},
		{"Processes", fleet.NewBench{Name: "main", Workers: new(32), WebWorkers: new(1), MemoryMB: 256, Apps: apps}, ""},
		{"ErrWorkers", fleet.NewBench{Name: "main", Workers: new(0), Apps: apps}, "input.workers"},
		{"ErrWebWorkers", fleet.NewBench{Name: "main", WebWorkers: new(33), Apps: apps}, "input.webWorkers"},
		{"ErrMemory", fleet.NewBench{Name: "main", MemoryMB: -1, Apps: apps}, "input.memoryMb"},
		{"ErrNoApps", fleet.NewBench{Name: "main"}, "input.apps"},
		{"ErrApp", fleet.NewBench{Name: "main", Apps: []fleet.AppCommit{{App: "frappe", Commit: frappe[0]}, {App: "", Commit: shop[0]}}}, "input.apps.1.app"},
		{"ErrCommit", fleet.NewBench{Name: "main", Apps: []fleet.AppCommit{{App: "frappe", Commit: "HEAD"}}}, "input.apps.0.commit"},
		{"ErrAppTwice", fleet.NewBench{Name: "main", Apps: []fleet.AppCommit{apps[0], apps[0]}}, "input.apps.1.app"},
		{"ErrFrameworkLast", fleet.NewBench{Name: "main", Apps: []fleet.AppCommit{apps[1], apps[0]}}, "input.apps.0.app"},
	} {
		t.Run(test.name, func(t *testing.T) { wantError(t, test.in.Validate(), invalidIf(test.field), test.field) })
	}

	t.Run("DefaultRuntime", func(t *testing.T) {
		in := fleet.NewBench{Name: "main", Apps: apps}
		if err := in.Validate(); err != nil || in.Python != "python3" || in.Node != fleet.SystemNode {
			t.Errorf("python is %q, node %q, %v", in.Python, in.Node, err)
		}
	})
}

func TestNewSite_Validate(t *testing.T) {
	for _, test := range []struct {
		name  string
		in    fleet.NewSite
		field string
	}{
		{"OK", fleet.NewSite{Name: "acme.example.com", BenchID: 1}, ""},
		{"Apps", fleet.NewSite{Name: "acme.example.com", Apps: []string{"shop"}}, ""},
		{"NoApps", fleet.NewSite{Name: "acme.example.com", Apps: []string{}}, ""},
		{"ErrName", fleet.NewSite{Name: "acme"}, "input.name"},
		{"Plan", fleet.NewSite{Name: "acme.example.com", PlanID: 1, CustomerID: 2, Region: "fra1"}, ""},
		{"ErrPlanWithoutCustomer", fleet.NewSite{Name: "acme.example.com", PlanID: 1}, "input.customerId"},
		{"ErrCustomerWithoutPlan", fleet.NewSite{Name: "acme.example.com", CustomerID: 1}, "input.planId"},
		{"ErrPlanAndBench", fleet.NewSite{Name: "acme.example.com", PlanID: 1, CustomerID: 2, BenchID: 3}, "input.benchId"},
		{"ErrPlanAndSubscription", fleet.NewSite{Name: "acme.example.com", PlanID: 1, CustomerID: 2, SubscriptionID: 3}, "input.subscriptionId"},
		{"ErrUpperCase", fleet.NewSite{Name: "Acme.example.com"}, "input.name"},
		{"ErrApp", fleet.NewSite{Name: "acme.example.com", Apps: []string{"shop", "--force"}}, "input.apps.1"},
	} {
		t.Run(test.name, func(t *testing.T) { wantError(t, test.in.Validate(), invalidIf(test.field), test.field) })
	}
}

func TestPage_Within(t *testing.T) {
	for first, field := range map[int]string{-1: "first", 0: "first", 1: "", 50: "", 51: "first"} {
		wantError(t, fleet.Page{First: first}.Within(50), invalidIf(field), field)
	}
}

// invalidIf is the code of an error about a field, none when there is no field.
func invalidIf(field string) fleet.Code {
	if field == "" {
		return ""
	}
	return fleet.CodeInvalid
}

// Nothing of what people may not type gets past an input.
func TestInputs_Hostile(t *testing.T) {
	apps := []fleet.AppCommit{{App: "frappe", Commit: frappe[0]}}
	for _, text := range hostile {
		for name, err := range map[string]error{
			"server name":  (&fleet.NewServer{Name: text, Address: "192.0.2.7", Role: fleet.RoleMaster}).Validate(),
			"address":      (&fleet.NewServer{Name: "m", Address: text, Role: fleet.RoleMaster}).Validate(),
			"app":          (&fleet.NewApp{Name: text, Repository: "https://git.example.com/a", Branch: "main"}).Validate(),
			"repository":   (&fleet.NewApp{Name: "shop", Repository: text, Branch: "main"}).Validate(),
			"bench":        (&fleet.NewBench{Name: text, Apps: apps}).Validate(),
			"commit":       (&fleet.NewBench{Name: "main", Apps: []fleet.AppCommit{{App: "frappe", Commit: text}}}).Validate(),
			"app of bench": (&fleet.NewBench{Name: "main", Apps: []fleet.AppCommit{{App: text, Commit: frappe[0]}}}).Validate(),
			"site":         (&fleet.NewSite{Name: text}).Validate(),
			"app of site":  (&fleet.NewSite{Name: "acme.example.com", Apps: []string{text}}).Validate(),
		} {
			if fleet.ErrorCode(err) != fleet.CodeInvalid {
				t.Errorf("%s %q gives %v", name, text, err)
			}
		}
		if text != "" && text != "a" && strings.ContainsAny(text, " \n\x00;|&$`'\"-") {
			in := fleet.NewBench{Name: "main", Python: text, Apps: apps}
			if fleet.ErrorCode(in.Validate()) != fleet.CodeInvalid {
				t.Errorf("python %q is taken", text)
			}
		}
	}
}
