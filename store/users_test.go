package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"central/fleet"
	"central/store"
	"central/store/storetest"
)

const ownPassword = "correct horse battery"

// person adds somebody who has replaced the one-time password.
func (w *world) person(name string, role fleet.Role) fleet.Actor {
	w.t.Helper()
	ctx := w.t.Context()
	oneTime, err := w.AddUser(ctx, admin, name, role)
	w.must(err)
	actor, err := w.LogIn(ctx, name, oneTime, "192.0.2.9")
	w.must(err)
	actor, err = w.ChangePassword(ctx, actor, oneTime, ownPassword)
	w.must(err)
	return actor
}

func TestStore_CreateFirstAdmin(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		w := &world{Store: storetest.Open(t), t: t}
		name, password, created, err := w.CreateFirstAdmin(t.Context())
		w.must(err)
		if name != store.FirstAdmin || !created || len(password) < 20 {
			t.Errorf("%q, %d characters of password, %v", name, len(password), created)
		}
		w.audited(fleet.Actor{Name: "central"}, "createFirstAdmin", "admin", nil)
		actor, err := w.LogIn(t.Context(), name, password, "192.0.2.9")
		w.must(err)
		want(t, "actor", actor, fleet.Actor{UserID: actor.UserID, Name: "admin", Role: fleet.RoleAdmin, RemoteAddress: "192.0.2.9", MustChangePassword: true})
	})

	t.Run("OnlyWhenThereIsNobody", func(t *testing.T) {
		w := newEmptyWorld(t)
		before := w.state()
		_, password, created, err := w.CreateFirstAdmin(t.Context())
		w.must(err)
		if created || password != "" {
			t.Errorf("%q, %v", password, created)
		}
		want(t, "tables", w.state(), before)
	})

	t.Run("OnceBySeveralProcesses", func(t *testing.T) {
		dsn := storetest.Database(t)
		processes := []*store.Store{storetest.OpenOn(t, dsn), storetest.OpenOn(t, dsn), storetest.OpenOn(t, dsn)}
		passwords := make([]string, len(processes))
		results := atOnce(len(processes), func(i int) (err error) {
			_, passwords[i], _, err = processes[i].CreateFirstAdmin(t.Context())
			return err
		})
		want(t, "results", results, map[fleet.Code]int{"": len(processes)})
		printed := 0
		for _, password := range passwords {
			if password == "" {
				continue
			}
			printed++
			if _, err := processes[0].LogIn(t.Context(), store.FirstAdmin, password, "192.0.2.9"); err != nil {
				t.Errorf("a password that was returned does not work: %v", err)
			}
		}
		want(t, "passwords", printed, 1)
	})
}

func TestStore_AddUser(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		w := newEmptyWorld(t)
		password, err := w.AddUser(t.Context(), admin, "mary", fleet.RoleOperator)
		w.must(err)
		entry := w.audited(admin, "addUser", "mary", nil)
		want(t, "input", entry.Input, map[string]any{"role": "OPERATOR"})
		actor, err := w.LogIn(t.Context(), "mary", password, "192.0.2.9")
		w.must(err)
		want(t, "role and one-time password", []any{actor.Role, actor.MustChangePassword}, []any{fleet.RoleOperator, true})
	})

	w := newEmptyWorld(t)
	for _, test := range []struct {
		name  string
		user  string
		role  fleet.Role
		code  fleet.Code
		field string
	}{
		{"ErrName", "Mary Ann", fleet.RoleViewer, fleet.CodeInvalid, "input.name"},
		{"ErrNoName", "", fleet.RoleViewer, fleet.CodeInvalid, "input.name"},
		{"ErrRole", "mary", "ROOT", fleet.CodeInvalid, "input.role"},
		{"ErrNoRole", "mary", "", fleet.CodeInvalid, "input.role"},
		{"ErrTaken", "joan", fleet.RoleViewer, fleet.CodeConflict, "input.name"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.t = t
			w.refuses(test.code, test.field, func() error {
				password, err := w.AddUser(t.Context(), admin, test.user, test.role)
				want(t, "password", password, "")
				return err
			})
		})
	}
}

func TestStore_ResetPassword(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		w := newEmptyWorld(t)
		w.person("mary", fleet.RoleViewer)
		password, err := w.ResetPassword(t.Context(), admin, "mary")
		w.must(err)
		w.audited(admin, "resetPassword", "mary", nil)
		_, err = w.LogIn(t.Context(), "mary", ownPassword, "192.0.2.9")
		wantCode(t, err, fleet.CodeUnauthenticated)
		actor, err := w.LogIn(t.Context(), "mary", password, "192.0.2.9")
		w.must(err)
		want(t, "one-time password", actor.MustChangePassword, true)
	})

	t.Run("ErrUnknown", func(t *testing.T) {
		w := newEmptyWorld(t)
		w.refuses(fleet.CodeNotFound, "input.name", func() error { _, err := w.ResetPassword(t.Context(), admin, "nobody"); return err })
	})
}

func TestStore_LogIn(t *testing.T) {
	w := newEmptyWorld(t)
	mary := w.person("mary", fleet.RoleViewer)
	const address = "192.0.2.9"

	t.Run("OK", func(t *testing.T) {
		w.t = t
		for _, name := range []string{"mary", "Mary", " MARY "} {
			actor, err := w.LogIn(t.Context(), name, ownPassword, address)
			w.must(err)
			want(t, "actor", actor, mary)
		}
		w.audited(mary, "logIn", "mary", nil)
	})

	t.Run("ErrUnauthenticated", func(t *testing.T) {
		w.t = t
		messages := map[string]bool{}
		for name, password := range map[string]string{"mary": "wrong", "nobody": ownPassword, "": "", "märy": ownPassword, "mary\x00": ownPassword, "ma%": ownPassword} {
			before := w.audits("logIn")
			_, err := w.LogIn(t.Context(), name, password, address)
			wantCode(t, err, fleet.CodeUnauthenticated)
			messages[err.Error()] = true
			want(t, "audit entries", w.audits("logIn"), before+1)
			w.audited(fleet.Actor{Name: name, RemoteAddress: address}, "logIn", "refused", nil)
		}
		want(t, "different answers", len(messages), 1) // who exists is not told
	})

	t.Run("LongName", func(t *testing.T) {
		_, err := w.LogIn(t.Context(), strings.Repeat("é", 5000), "x", address)
		wantCode(t, err, fleet.CodeUnauthenticated)
	})
}

func TestStore_LogIn_Limits(t *testing.T) {
	t.Run("ANameFromOneAddress", func(t *testing.T) {
		w := newEmptyWorld(t)
		w.person("mary", fleet.RoleViewer)
		for _, name := range []string{"mary", "Mary", "MARY", " mary", "mary ", "mAry", "marY", "mary"} {
			_, err := w.LogIn(t.Context(), name, "wrong", "192.0.2.66")
			wantCode(t, err, fleet.CodeUnauthenticated)
		}
		w.refuses(fleet.CodeRateLimited, "", func() error { _, err := w.LogIn(t.Context(), "mary", ownPassword, "192.0.2.66"); return err })
		_, err := w.LogIn(t.Context(), "mary", ownPassword, "192.0.2.9") // from elsewhere it goes on
		w.must(err)
	})

	t.Run("AtTheSameMoment", func(t *testing.T) {
		w := newEmptyWorld(t)
		w.person("mary", fleet.RoleViewer)
		got := atOnce(20, func(int) error { _, err := w.LogIn(t.Context(), "mary", "wrong", "192.0.2.66"); return err })
		want(t, "results", got, map[fleet.Code]int{fleet.CodeUnauthenticated: 8, fleet.CodeRateLimited: 12})
	})

	t.Run("TheRightOneStartsAnew", func(t *testing.T) {
		w := newEmptyWorld(t)
		w.person("mary", fleet.RoleViewer)
		for range 3 {
			for range 7 {
				_, err := w.LogIn(t.Context(), "mary", "wrong", "192.0.2.66")
				wantCode(t, err, fleet.CodeUnauthenticated)
			}
			_, err := w.LogIn(t.Context(), "mary", ownPassword, "192.0.2.66")
			w.must(err)
		}
	})

	t.Run("ManyNamesFromOneAddress", func(t *testing.T) {
		w := newEmptyWorld(t)
		got := map[fleet.Code]int{}
		for i := range 110 {
			_, err := w.LogIn(t.Context(), fmt.Sprintf("name-%d", i), "wrong", "192.0.2.66")
			got[fleet.ErrorCode(err)]++
		}
		want(t, "results", got, map[fleet.Code]int{fleet.CodeUnauthenticated: 100, fleet.CodeRateLimited: 10})
	})

	t.Run("OfChangePasswordToo", func(t *testing.T) {
		w := newEmptyWorld(t)
		mary := w.person("mary", fleet.RoleViewer)
		for range 8 {
			_, err := w.ChangePassword(t.Context(), mary, "wrong", ownPassword+"!")
			wantCode(t, err, fleet.CodeInvalid)
		}
		_, err := w.ChangePassword(t.Context(), mary, ownPassword, ownPassword+"!")
		wantCode(t, err, fleet.CodeRateLimited)
	})
}

func TestStore_ChangePassword(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		w := newEmptyWorld(t)
		mary := w.person("mary", fleet.RoleViewer)
		want(t, "one-time password", mary.MustChangePassword, false)
		w.audited(fleet.Actor{UserID: mary.UserID, Name: "mary", RemoteAddress: "192.0.2.9"}, "changePassword", "mary", nil)
		_, err := w.ChangePassword(t.Context(), mary, ownPassword, "another good one")
		w.must(err)
		_, err = w.LogIn(t.Context(), "mary", ownPassword, "192.0.2.9")
		wantCode(t, err, fleet.CodeUnauthenticated)
		_, err = w.LogIn(t.Context(), "mary", "another good one", "192.0.2.9")
		w.must(err)
	})

	w := newEmptyWorld(t)
	mary := w.person("mary", fleet.RoleViewer)
	token := mary
	token.TokenID = 7
	for _, test := range []struct {
		name          string
		actor         fleet.Actor
		current, next string
		code          fleet.Code
		field         string
	}{
		{"ErrShort", mary, ownPassword, "elevenchars", fleet.CodeInvalid, "input.new"},
		{"ErrSame", mary, ownPassword, ownPassword, fleet.CodeInvalid, "input.new"},
		{"ErrWrong", mary, "wrong", "another good one", fleet.CodeInvalid, "input.current"},
		{"ErrNobody", fleet.Actor{}, ownPassword, "another good one", fleet.CodeUnauthenticated, ""},
		{"ErrToken", token, ownPassword, "another good one", fleet.CodeForbidden, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.t = t
			w.refuses(test.code, test.field, func() error {
				actor, err := w.ChangePassword(t.Context(), test.actor, test.current, test.next)
				want(t, "actor", actor, fleet.Actor{})
				return err
			})
		})
	}
}

func TestStore_ActorOfUser(t *testing.T) {
	w := newEmptyWorld(t)
	actor, err := w.ActorOfUser(t.Context(), operator.UserID, operator.RemoteAddress)
	w.must(err)
	want(t, "actor", actor, operator)
	_, err = w.ActorOfUser(t.Context(), 99, "192.0.2.9")
	wantCode(t, err, fleet.CodeUnauthenticated)
}

func TestStore_LogOut(t *testing.T) {
	w := newEmptyWorld(t)
	w.must(w.LogOut(t.Context(), operator))
	w.audited(operator, "logOut", "grace", nil)
}

func TestStore_Tokens(t *testing.T) {
	token := func(w *world, actor fleet.Actor, in fleet.NewAPIToken) string {
		w.t.Helper()
		secret, err := w.CreateAPIToken(w.t.Context(), actor, in)
		w.must(err)
		return secret
	}

	t.Run("OK", func(t *testing.T) {
		w := newEmptyWorld(t)
		secret := token(w, operator, fleet.NewAPIToken{Name: " nightly ", Role: fleet.RoleViewer, ExpiresInDays: ptr(2)})
		entry := w.audited(operator, "createApiToken", "nightly", nil)
		want(t, "input", entry.Input, map[string]any{"role": "VIEWER", "expiresInDays": 2.0})
		actor, err := w.ActorOfToken(t.Context(), secret, "192.0.2.77")
		w.must(err)
		want(t, "actor", actor, fleet.Actor{UserID: operator.UserID, TokenID: actor.TokenID, Name: "nightly (token of grace)", Role: fleet.RoleViewer, RemoteAddress: "192.0.2.77"})
		var kept string
		var used, expires *time.Time
		w.must(w.DB().QueryRow("SELECT hash, last_used_at, expires_at FROM api_tokens").Scan(&kept, &used, &expires))
		if !strings.HasPrefix(secret, "central_") || strings.Contains(kept, secret) || used == nil || time.Until(*expires).Round(time.Hour) != 48*time.Hour {
			t.Errorf("%q is kept as %q, used %v, expires %v", secret, kept, used, expires)
		}
	})

	t.Run("EveryRoleUpToItsOwn", func(t *testing.T) {
		w := newEmptyWorld(t)
		for _, actor := range []fleet.Actor{viewer, operator, admin} {
			for _, role := range []fleet.Role{fleet.RoleViewer, fleet.RoleOperator, fleet.RoleAdmin} {
				in := fleet.NewAPIToken{Name: "t", Role: role}
				if !actor.Role.Includes(role) {
					w.refuses(fleet.CodeForbidden, "input.role", func() error { _, err := w.CreateAPIToken(t.Context(), actor, in); return err })
					continue
				}
				got, err := w.ActorOfToken(t.Context(), token(w, actor, in), "")
				w.must(err)
				want(t, "role", got.Role, role)
			}
		}
	})

	t.Run("NeverOutranksItsOwner", func(t *testing.T) {
		w := newEmptyWorld(t)
		secret := token(w, admin, fleet.NewAPIToken{Name: "t", Role: fleet.RoleAdmin})
		mustDB(t, w.Store, "UPDATE users SET role = 'VIEWER' WHERE id = ?", admin.UserID)
		actor, err := w.ActorOfToken(t.Context(), secret, "")
		w.must(err)
		want(t, "role", actor.Role, fleet.RoleViewer)
	})

	t.Run("ErrExpired", func(t *testing.T) {
		w := newEmptyWorld(t)
		secret := token(w, admin, fleet.NewAPIToken{Name: "t", Role: fleet.RoleAdmin, ExpiresInDays: ptr(1)})
		mustDB(t, w.Store, "UPDATE api_tokens SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND")
		_, err := w.ActorOfToken(t.Context(), secret, "")
		wantCode(t, err, fleet.CodeUnauthenticated)
	})

	t.Run("ErrUnknown", func(t *testing.T) {
		w := newEmptyWorld(t)
		secret := token(w, admin, fleet.NewAPIToken{Name: "t", Role: fleet.RoleAdmin})
		for _, bad := range []string{"", "central_", secret + "x", secret[:len(secret)-1], strings.ToLower(secret), secret + " "} {
			_, err := w.ActorOfToken(t.Context(), bad, "")
			wantCode(t, err, fleet.CodeUnauthenticated)
		}
	})

	t.Run("MadeByAToken", func(t *testing.T) {
		w := newEmptyWorld(t)
		maker, err := w.ActorOfToken(t.Context(), token(w, admin, fleet.NewAPIToken{Name: "maker", Role: fleet.RoleOperator, ExpiresInDays: ptr(5)}), "")
		w.must(err)
		token(w, maker, fleet.NewAPIToken{Name: "t", Role: fleet.RoleOperator, ExpiresInDays: ptr(4)})
		for _, days := range []*int{nil, ptr(6)} { // it would outlive its maker
			w.refuses(fleet.CodeForbidden, "input.expiresInDays", func() error {
				_, err := w.CreateAPIToken(t.Context(), maker, fleet.NewAPIToken{Name: "t", Role: fleet.RoleViewer, ExpiresInDays: days})
				return err
			})
		}
		w.refuses(fleet.CodeForbidden, "input.role", func() error {
			_, err := w.CreateAPIToken(t.Context(), maker, fleet.NewAPIToken{Name: "t", Role: fleet.RoleAdmin, ExpiresInDays: ptr(1)})
			return err
		})
		lasting, err := w.ActorOfToken(t.Context(), token(w, admin, fleet.NewAPIToken{Name: "lasting", Role: fleet.RoleAdmin}), "")
		w.must(err)
		token(w, lasting, fleet.NewAPIToken{Name: "t", Role: fleet.RoleAdmin})
	})

	t.Run("OnTheCommandLine", func(t *testing.T) {
		w := &world{Store: storetest.Open(t), t: t}
		name, _, _, err := w.CreateFirstAdmin(t.Context())
		w.must(err)
		secret, err := w.CreateTokenFor(t.Context(), name, fleet.NewAPIToken{Name: "demo", Role: fleet.RoleAdmin})
		w.must(err)
		actor, err := w.ActorOfToken(t.Context(), secret, "")
		w.must(err)
		want(t, "role and one-time password", []any{actor.Role, actor.MustChangePassword}, []any{fleet.RoleAdmin, false})
		_, err = w.CreateTokenFor(t.Context(), "nobody", fleet.NewAPIToken{Name: "demo", Role: fleet.RoleAdmin})
		wantCode(t, err, fleet.CodeNotFound)
	})

	w := newEmptyWorld(t)
	for _, test := range []struct {
		name  string
		in    fleet.NewAPIToken
		field string
	}{
		{"ErrNoName", fleet.NewAPIToken{Name: "  ", Role: fleet.RoleViewer}, "input.name"},
		{"ErrLongName", fleet.NewAPIToken{Name: strings.Repeat("é", 101), Role: fleet.RoleViewer}, "input.name"},
		{"ErrRole", fleet.NewAPIToken{Name: "t", Role: "ROOT"}, "input.role"},
		{"ErrNoDays", fleet.NewAPIToken{Name: "t", Role: fleet.RoleViewer, ExpiresInDays: ptr(0)}, "input.expiresInDays"},
		{"ErrManyDays", fleet.NewAPIToken{Name: "t", Role: fleet.RoleViewer, ExpiresInDays: ptr(3651)}, "input.expiresInDays"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.t = t
			w.refuses(fleet.CodeInvalid, test.field, func() error { _, err := w.CreateAPIToken(t.Context(), admin, test.in); return err })
		})
	}

	t.Run("LongestName", func(t *testing.T) {
		w.t = t
		name := strings.Repeat("é", 100)
		actor, err := w.ActorOfToken(t.Context(), token(w, admin, fleet.NewAPIToken{Name: name, Role: fleet.RoleAdmin}), "")
		w.must(err)
		w.must(w.LogOut(t.Context(), actor)) // its name fits where names are kept
	})
}
