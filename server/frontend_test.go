package server

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func built(t *testing.T) http.Handler {
	t.Helper()
	f, err := readFrontend(fstest.MapFS{
		".gitkeep":              {},
		"index.html":            {Data: []byte("<title>Central</title>")},
		"graphiql.html":         {Data: []byte("<title>GraphiQL</title>")},
		"favicon.svg":           {Data: []byte("<svg/>")},
		"assets/index-a1b2.js":  {Data: []byte(strings.Repeat("let a = 1;", 500))},
		"assets/index-a1b2.css": {Data: []byte("a{}")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func get(h http.Handler, method, path string, header http.Header) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, path, nil)
	for key, values := range header {
		request.Header[key] = values
	}
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, request)
	return recorder
}

func TestFrontend(t *testing.T) {
	const dashboard, forever, ask = "<title>Central</title>", "public, max-age=31536000, immutable", "no-cache"
	for _, test := range []struct {
		method, path string
		status       int
		body         string // begins with
		cache        string
	}{
		{"GET", "/", 200, dashboard, ask},
		{"GET", "/index.html", 200, dashboard, ask},
		{"GET", "/deploys/184", 200, dashboard, ask},
		{"GET", "/sites/acme.example.com", 200, dashboard, ask},
		{"GET", "/graphiql", 200, "<title>GraphiQL</title>", ask},
		{"GET", "/graphiql/", 200, "<title>GraphiQL</title>", ask},
		{"GET", "/favicon.svg", 200, "<svg/>", ask},
		{"GET", "/assets/index-a1b2.js", 200, "let a = 1;", forever},
		{"GET", "/assets/gone-c3d4.js", 404, "404", ""},
		{"GET", "/.gitkeep", 200, dashboard, ask},
		{"GET", "/../../etc/passwd", 200, dashboard, ask},
		{"HEAD", "/", 200, "", ask},
		{"POST", "/", 405, "method not allowed", ""},
	} {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			r := get(built(t), test.method, test.path, nil)
			if r.Code != test.status || !strings.HasPrefix(r.Body.String(), test.body) || r.Header().Get("Cache-Control") != test.cache {
				t.Errorf("got %d %q, cached %q", r.Code, r.Body, r.Header().Get("Cache-Control"))
			}
		})
	}
	t.Run("compressed", func(t *testing.T) {
		r := get(built(t), "GET", "/assets/index-a1b2.js", http.Header{"Accept-Encoding": {"br, gzip"}})
		if r.Header().Get("Content-Encoding") != "gzip" || r.Body.Len() > 200 || r.Header().Get("Content-Type") != "text/javascript; charset=utf-8" {
			t.Errorf("got %d bytes, %v", r.Body.Len(), r.Header())
		}
	})
	t.Run("not changed", func(t *testing.T) {
		etag := get(built(t), "GET", "/", nil).Header().Get("ETag")
		if r := get(built(t), "GET", "/", http.Header{"If-None-Match": {etag}}); r.Code != http.StatusNotModified {
			t.Errorf("got %d for %s", r.Code, etag)
		}
	})
	t.Run("not built", func(t *testing.T) {
		f, err := readFrontend(fstest.MapFS{".gitkeep": {}})
		if err != nil {
			t.Fatal(err)
		}
		if r := get(f, "GET", "/", nil); r.Code != http.StatusServiceUnavailable || !strings.Contains(r.Body.String(), "was not built") {
			t.Errorf("got %d %s", r.Code, r.Body)
		}
	})
}

// loaded finds what a page loads.
var loaded = regexp.MustCompile(`(?:src|href|action)\s*=\s*["']?([^"'\s>]+)`)

func TestPagesLoadNothingFromElsewhere(t *testing.T) {
	pages, err := filepath.Glob("../frontend/*.html")
	if err != nil || len(pages) < 2 {
		t.Fatalf("found %v, %v", pages, err)
	}
	texts := map[string]string{}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		texts[page] = string(text)
	}
	for _, name := range []string{indexPage, graphiqlPage} { // as built, when they are
		if text, err := fs.ReadFile(dist, "dist/"+name); err == nil {
			texts["built "+name] = string(text)
		}
	}
	for page, text := range texts {
		for _, match := range loaded.FindAllStringSubmatch(text, -1) {
			if url := match[1]; !strings.HasPrefix(url, "/") || strings.HasPrefix(url, "//") {
				t.Errorf("%s loads %s", page, url)
			}
		}
		if strings.Contains(text, "<script>") {
			t.Errorf("%s has a script inside, which browsers will refuse", page)
		}
	}
}

func TestHeadersForBrowsers(t *testing.T) {
	h := withHeaders(http.HandlerFunc(healthy), true)
	r := get(h, "GET", "/healthz", nil)
	for name, part := range map[string]string{
		"Content-Security-Policy":   "default-src 'none'; script-src 'self';",
		"X-Content-Type-Options":    "nosniff",
		"X-Frame-Options":           "DENY",
		"Referrer-Policy":           "same-origin",
		"Strict-Transport-Security": "max-age=",
	} {
		if !strings.Contains(r.Header().Get(name), part) {
			t.Errorf("%s is %q", name, r.Header().Get(name))
		}
	}
	if policy := r.Header().Get("Content-Security-Policy"); strings.Contains(policy, "http") || strings.Contains(policy, "unsafe-eval") || strings.Contains(policy, "*") {
		t.Errorf("the policy lets others in: %s", policy)
	}
	if r := get(withHeaders(http.HandlerFunc(healthy), false), "GET", "/", nil); r.Header().Get("Strict-Transport-Security") != "" {
		t.Error("without TLS browsers must not insist on it")
	}
}
