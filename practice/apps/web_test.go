package apps

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// answer is what the web said.
type answer struct {
	status int
	header http.Header
	body   string
}

// request asks a bench's web for a path of a site. A body makes it a POST of JSON.
func (h *host) request(bench, site, path, body string) answer {
	h.t.Helper()
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	url := fmt.Sprintf("http://127.0.0.1:%d%s", h.webPorts[bench], path)
	request, err := http.NewRequestWithContext(h.t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	request.Host = site
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		h.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(content)}
}

// message decodes {"message": …}.
func message[T any](t *testing.T, a answer) T {
	t.Helper()
	var decoded struct{ Message T }
	if err := json.Unmarshal([]byte(a.body), &decoded); err != nil || a.status != http.StatusOK {
		t.Fatalf("status %d: %s", a.status, a.body)
	}
	return decoded.Message
}

func wantStatus(t *testing.T, got answer, want int) {
	t.Helper()
	if got.status != want {
		t.Errorf("status %d, want %d: %s", got.status, want, got.body)
	}
}
