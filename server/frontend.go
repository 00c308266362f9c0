package server

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// dist is the built frontend; only .gitkeep is there until it is built.
//
//go:embed all:dist
var dist embed.FS

// notBuilt is shown when the binary was built without the frontend.
const notBuilt = `<!doctype html>
<meta charset="utf-8">
<title>Central</title>
<h1>Central is running, but its dashboard was not built</h1>
<p>Build the frontend and then the binary again: <code>make build</code>. The GraphQL API at <code>/graphql</code> works.</p>
`

// Pages of the frontend. Every address that is no file shows the first; it has routes of its own.
const (
	indexPage    = "index.html"
	graphiqlPage = "graphiql.html"
	hashedFiles  = "assets/" // their names change with their content
)

// compressed files are at least this big.
const worthCompressing = 1 << 10

// asset is one file of the frontend.
type asset struct {
	name    string
	kind    string // Content-Type
	etag    string
	plain   []byte
	zipped  func() []byte // nil when it does not pay
	forever bool          // browsers need never ask for it again
}

// frontend serves the built pages.
type frontend struct{ assets map[string]*asset }

func newFrontend(log *slog.Logger) (*frontend, error) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, err
	}
	f, err := readFrontend(files)
	if err == nil && f.assets[indexPage] == nil {
		log.Warn("this binary has no dashboard in it; build the frontend first")
	}
	return f, err
}

func readFrontend(files fs.FS) (*frontend, error) {
	f := &frontend{assets: map[string]*asset{}}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		f.assets[name] = newAsset(name, content)
		return nil
	})
	return f, err
}

func newAsset(name string, content []byte) *asset {
	sum := sha256.Sum256(content)
	a := &asset{
		name: name, plain: content, etag: hex.EncodeToString(sum[:8]),
		kind: mime.TypeByExtension(path.Ext(name)), forever: strings.HasPrefix(name, hashedFiles),
	}
	if a.kind == "" {
		a.kind = http.DetectContentType(content)
	}
	text := strings.HasPrefix(a.kind, "text/") || strings.Contains(a.kind, "javascript") ||
		strings.Contains(a.kind, "json") || strings.Contains(a.kind, "svg")
	if text && len(content) >= worthCompressing {
		a.zipped = sync.OnceValue(func() []byte { return zip(content) })
	}
	return a
}

func zip(content []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(content)
	if err := errors.Join(err, w.Close()); err != nil {
		panic(err) // a bytes.Buffer takes everything
	}
	return out.Bytes()
}

// ServeHTTP implements http.Handler.
func (f *frontend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if name == "graphiql" {
		name = graphiqlPage
	}
	file := f.assets[name]
	if file == nil && !strings.HasPrefix(name, hashedFiles) {
		file = f.assets[indexPage]
	}
	switch {
	case file != nil:
		file.serve(w, r)
	case f.assets[indexPage] == nil:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprint(w, notBuilt)
	default:
		http.NotFound(w, r)
	}
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if a.forever {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	content, etag := a.plain, a.etag
	if a.zipped != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		content, etag = a.zipped(), a.etag+"-gzip"
	}
	h.Set("ETag", `"`+etag+`"`)
	http.ServeContent(w, r, a.name, time.Time{}, bytes.NewReader(content))
}
