package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// load reads from a site and writes to it without a pause, as visitors do who press reload.
type load struct {
	t      *testing.T
	site   string
	proxy  string // address
	client *http.Client
	stop   context.CancelFunc
	done   sync.WaitGroup

	mu      sync.Mutex
	written []string      // what was acknowledged
	refused int           // what was not
	good    time.Time     // when a read last succeeded
	gap     time.Duration // the longest time between two reads that did
	wrote   chan struct{} // pulses with each acknowledged write
	tag     string
}

// startLoad begins the load; tag makes its writes unlike those of another one.
func startLoad(t *testing.T, site, tag string) *load {
	t.Helper()
	proxy, err := fleet.Fleet.Host("p-01")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	l := &load{t: t, site: site, proxy: proxy.Address.String(), client: &http.Client{Timeout: 5 * time.Second}, stop: stop, tag: tag, good: time.Now(), wrote: make(chan struct{}, 1)}
	l.done.Go(func() { l.read(ctx) })
	l.done.Go(func() { l.write(ctx) })
	t.Cleanup(l.end)
	return l
}

// end stops the load; what it found can be read then.
func (l *load) end() {
	l.stop()
	l.done.Wait()
}

func (l *load) request(ctx context.Context, method, path, body string) bool {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+l.proxy+path, strings.NewReader(body))
	if err != nil {
		l.t.Error(err)
		return false
	}
	request.Host = l.site
	request.Header.Set("Content-Type", "application/json")
	response, err := l.client.Do(request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err == nil && response.StatusCode == http.StatusOK
}

func (l *load) read(ctx context.Context) {
	for ctx.Err() == nil {
		if !l.request(ctx, http.MethodGet, "/api/method/ping", "") {
			l.breathe(ctx)
			continue
		}
		l.mu.Lock()
		l.gap = max(l.gap, time.Since(l.good))
		l.good = time.Now()
		l.mu.Unlock()
	}
}

func (l *load) write(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		code := fmt.Sprintf("%s-%06d", l.tag, n)
		ok := l.request(ctx, http.MethodPost, "/api/method/shop.api.add_item", `{"item_code": "`+code+`", "uom": "Nos"}`)
		l.mu.Lock()
		if ok {
			l.written = append(l.written, code)
		} else {
			l.refused++
		}
		l.mu.Unlock()
		if !ok {
			l.breathe(ctx)
			continue
		}
		select {
		case l.wrote <- struct{}{}:
		default:
		}
	}
}

// breathe keeps a load that is refused from being nothing but a flood.
func (l *load) breathe(ctx context.Context) {
	select {
	case <-time.After(20 * time.Millisecond):
	case <-ctx.Done():
	}
}

// writes waits until so many more writes were acknowledged.
func (l *load) writes(n int) {
	l.t.Helper()
	deadline := time.NewTimer(2 * time.Minute)
	defer deadline.Stop()
	for range n {
		select {
		case <-l.wrote:
		case <-deadline.C:
			l.t.Fatalf("%s takes no writes any more", l.site)
		}
	}
}

// missing is those of the acknowledged writes that the site's database does not hold.
func (l *load) missing() []string {
	l.t.Helper()
	held := map[string]bool{}
	for code := range strings.FieldsSeq(database(l.t, sites(l.t)[l.site], "SELECT name FROM `tabItem` WHERE name LIKE '"+l.tag+"-%'")) {
		held[code] = true
	}
	missing := []string{}
	for _, code := range l.written {
		if !held[code] {
			missing = append(missing, code)
		}
	}
	return missing
}
