package store_test

import (
	"strings"
	"testing"
	"time"

	"central/fleet"
	"central/store"
)

func TestStore_AddApp(t *testing.T) {
	in := fleet.NewApp{Name: "crm", Repository: "https://git.example.com/crm", Branch: "main"}

	t.Run("OK", func(t *testing.T) {
		w := newEmptyWorld(t)
		app, action, err := w.AddApp(t.Context(), admin, in)
		w.must(err)
		w.audited(admin, "addApp", "crm", &action.ID)
		if action.Kind != fleet.ActionFetchReleases || *action.AppID != app.ID {
			t.Errorf("queued %+v", action)
		}
		apps, err := w.Apps(t.Context())
		w.must(err)
		want(t, "apps", apps, []fleet.App{app})
	})

	t.Run("ErrInvalid", func(t *testing.T) {
		w := newEmptyWorld(t)
		bad := in
		bad.Repository = "ext::sh -c id"
		w.refuses(fleet.CodeInvalid, "input.repository", func() error { _, _, err := w.AddApp(t.Context(), admin, bad); return err })
	})

	t.Run("ErrTaken", func(t *testing.T) {
		w := newEmptyWorld(t)
		_, _, err := w.AddApp(t.Context(), admin, in)
		w.must(err)
		w.refuses(fleet.CodeConflict, "input.name", func() error { _, _, err := w.AddApp(t.Context(), admin, in); return err })
	})
}

func TestStore_FetchReleases(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		w := newWorld(t)
		_, action, err := w.FetchReleases(t.Context(), operator, w.apps["shop"].ID)
		w.must(err)
		w.audited(operator, "fetchReleases", "shop", &action.ID)
	})

	t.Run("OneAtATime", func(t *testing.T) {
		w := newWorld(t)
		fetch := func() fleet.Action {
			t.Helper()
			_, action, err := w.FetchReleases(t.Context(), operator, w.apps["shop"].ID)
			w.must(err)
			return action
		}
		first := fetch()
		if again := fetch(); again.ID != first.ID {
			t.Errorf("queued %d beside %d, which has not begun", again.ID, first.ID)
		}
		_, ref := w.claim(fleet.ActionFetchReleases)
		second := fetch() // the one that runs may have looked already
		mustNotClaim(t, w.Store)
		w.finish(ref, nil)
		if claimed, _ := w.claim(fleet.ActionFetchReleases); claimed.ID != second.ID {
			t.Errorf("claimed %d, want %d", claimed.ID, second.ID)
		}
	})

	t.Run("ErrUnknown", func(t *testing.T) {
		w := newEmptyWorld(t)
		w.refuses(fleet.CodeNotFound, "input.appId", func() error { _, _, err := w.FetchReleases(t.Context(), operator, 99); return err })
	})
}

func TestStore_SaveReleases(t *testing.T) {
	fetch := func(t *testing.T, w *world) store.LeaseRef {
		t.Helper()
		_, action, err := w.FetchReleases(t.Context(), operator, w.apps["shop"].ID)
		w.must(err)
		_, ref := mustClaim(t, w.Store, action.ID)
		return ref
	}
	// save has a runner find these on the branch.
	save := func(t *testing.T, w *world, found []fleet.Release) {
		t.Helper()
		ref := fetch(t, w)
		w.must(w.SaveReleases(t.Context(), ref, found))
		w.finish(ref, nil)
	}
	// listed is the commits of shop as people see them, newest first.
	listed := func(t *testing.T, w *world) []string {
		t.Helper()
		list, err := w.Releases(t.Context(), "shop", 200)
		w.must(err)
		commits := []string{}
		for _, release := range list {
			commits = append(commits, release.Commit)
		}
		return commits
	}

	t.Run("KnownOnesKeepTheirRow", func(t *testing.T) {
		w := newWorld(t)
		before, err := w.Releases(t.Context(), "shop", 200)
		w.must(err)
		more := append(releases(shop), fleet.Release{Commit: commit(0xa4), Version: "1.4.0", Position: 4, AuthoredAt: time.Now()})
		save(t, w, more)
		after, err := w.Releases(t.Context(), "shop", 200)
		w.must(err)
		want(t, "those from before", after[1:], before)
		want(t, "commits", listed(t, w), []string{commit(0xa4), shop[3], shop[2], shop[1], shop[0]})
		want(t, "patches of one without", after[0].Patches, []string{})
	})

	t.Run("WhatKnownOnesTouchIsReadAgain", func(t *testing.T) {
		w := newWorld(t)
		found := releases(shop)
		found[3].Patches, found[3].Schema, found[3].Hooks = []string{"a"}, true, true
		save(t, w, found)
		after, err := w.Releases(t.Context(), "shop", 1)
		w.must(err)
		want(t, "the newest touches", after[0].Touches(), []string{"1 patch", "schema", "hooks"})
	})

	t.Run("RewrittenBranch", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		rewritten := releases([]string{shop[0], commit(0xb1), commit(0xb2)})
		save(t, w, rewritten)
		want(t, "commits", listed(t, w), []string{commit(0xb2), commit(0xb1), shop[0]})
		w.refuses(fleet.CodeUnknownCommit, "input.releases.0.commit", func() error {
			_, err := w.DeploySites(t.Context(), operator, deployInput(2, site.ID))
			return err
		})
		plan, err := w.DeployPlan(t.Context(), viewer, fleet.DeployInput{SiteIDs: []uint{site.ID}, Releases: []fleet.AppCommit{{App: "shop", Commit: commit(0xb2)}}})
		w.must(err)
		want(t, "patches between", plan.Patches, 3) // not those of commits that are gone
		save(t, w, releases(shop))
		want(t, "commits once it is back", listed(t, w), []string{shop[3], shop[2], shop[1], shop[0]})
	})

	t.Run("OnlyTheNewestAreSent", func(t *testing.T) {
		w := newWorld(t)
		save(t, w, releases(shop)[2:])
		want(t, "commits", listed(t, w), []string{shop[3], shop[2], shop[1], shop[0]})
	})

	t.Run("OfOneAppOnly", func(t *testing.T) {
		w := newWorld(t)
		save(t, w, releases(shop[:1]))
		list, err := w.Releases(t.Context(), "frappe", 200)
		w.must(err)
		want(t, "releases of frappe", len(list), len(frappe))
	})

	t.Run("Hostile", func(t *testing.T) {
		w := newWorld(t)
		hostile := fleet.Release{
			Commit: commit(0xc0), Position: 4, Version: strings.Repeat("9", 300), Subject: strings.Repeat("é", 3000) + "\xff",
			Author: "\xfe" + strings.Repeat("A", 300), AuthoredAt: time.Unix(1<<40, 0),
		}
		save(t, w, append(releases(shop), hostile))
		list, err := w.Releases(t.Context(), "shop", 1)
		w.must(err)
		got := list[0]
		if len(got.Version) != 100 || len([]rune(got.Subject)) != 500 || len([]rune(got.Author)) != 200 || got.AuthoredAt.Year() != 1970 {
			t.Errorf("stored %+v", got)
		}
	})

	t.Run("ErrLeaseLost", func(t *testing.T) {
		w := newWorld(t)
		ref := fetch(t, w)
		expire(t, w.Store, ref.ActionID)
		w.refuses(fleet.CodeLeaseLost, "", func() error { return w.SaveReleases(t.Context(), ref, releases(shop[:1])) })
		want(t, "commits", len(listed(t, w)), len(shop))
	})
}

func TestStore_Releases(t *testing.T) {
	w := newWorld(t)

	t.Run("OfAllApps", func(t *testing.T) {
		list, err := w.Releases(t.Context(), "", 3)
		w.must(err)
		got := []string{}
		for _, release := range list {
			got = append(got, release.Commit)
		}
		want(t, "newest first", got[:2], []string{shop[3], shop[2]})
		want(t, "how many", len(got), 3)
	})

	t.Run("ErrUnknownApp", func(t *testing.T) {
		_, err := w.Releases(t.Context(), "crm", 3)
		wantCode(t, err, fleet.CodeNotFound)
	})

	t.Run("ErrTooMany", func(t *testing.T) {
		for _, first := range []int{0, -1, 201} {
			_, err := w.Releases(t.Context(), "shop", first)
			wantCode(t, err, fleet.CodeInvalid)
		}
	})
}
