package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"central/fleet"
	"central/store"
)

// socket speaks graphql-transport-ws.
type socket struct {
	t    *testing.T
	conn *websocket.Conn
}

type message struct {
	Type    string          `json:"type"`
	ID      string          `json:"id,omitempty"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// dial opens a websocket and says hello; init is the payload of connection_init.
func (c *client) dial(init vars) *socket {
	c.t.Helper()
	conn, _, err := websocket.Dial(c.t.Context(), c.url+"/graphql", &websocket.DialOptions{HTTPClient: c.http, HTTPHeader: c.header, Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { conn.CloseNow() })
	s := &socket{t: c.t, conn: conn}
	payload, err := json.Marshal(init)
	if err != nil {
		c.t.Fatal(err)
	}
	s.send(message{Type: "connection_init", Payload: payload})
	return s
}

// open is dial for those who are let in.
func (c *client) open() *socket {
	c.t.Helper()
	s := c.dial(nil)
	if m := s.next(); m.Type != "connection_ack" {
		c.t.Fatalf("got %+v", m)
	}
	return s
}

func (s *socket) send(m message) {
	s.t.Helper()
	if err := wsjson.Write(s.t.Context(), s.conn, m); err != nil {
		s.t.Fatal(err)
	}
}

func (s *socket) subscribe(id, query string) {
	s.t.Helper()
	payload, err := json.Marshal(vars{"query": query})
	if err != nil {
		s.t.Fatal(err)
	}
	s.send(message{Type: "subscribe", ID: id, Payload: payload})
}

// read waits for one message, or for how the connection ended.
func (s *socket) read() (message, error) {
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	for {
		var m message
		if err := wsjson.Read(ctx, s.conn, &m); err != nil {
			return m, err
		}
		if m.Type != "ping" {
			return m, nil
		}
		s.send(message{Type: "pong"})
	}
}

func (s *socket) next() message {
	s.t.Helper()
	m, err := s.read()
	if err != nil {
		s.t.Fatal(err)
	}
	return m
}

// lines waits for n lines of output; each is its seq and its text.
func (s *socket) lines(n int) []string {
	s.t.Helper()
	var got []string
	for len(got) < n {
		m := s.next()
		if m.Type != "next" {
			s.t.Fatalf("after %v came %s %s", got, m.Type, m.Payload)
		}
		got = append(got, line(s.t, m.Payload))
	}
	return got
}

func line(t *testing.T, payload []byte) string {
	t.Helper()
	var event struct {
		Data struct {
			ActionOutput struct {
				Seq  int
				Kind string
				Text string
			}
		}
	}
	if err := json.Unmarshal(payload, &event); err != nil {
		t.Fatal(err)
	}
	e := event.Data.ActionOutput
	if e.Seq == 0 {
		t.Fatalf("no event: %s", payload)
	}
	if e.Kind != "LINE" {
		return fmt.Sprintf("%d %s", e.Seq, e.Kind)
	}
	return fmt.Sprintf("%d %s", e.Seq, e.Text)
}

func output(id uint, after int) string {
	return fmt.Sprintf("subscription { actionOutput(actionId: %d, after: %d) { seq kind text } }", id, after)
}

// running is a Central with one action that a runner works on, and the seq of its newest event.
func running(t *testing.T) (*central, store.LeaseRef, int) {
	t.Helper()
	c := newCentral(t)
	server, err := c.store.AddServer(t.Context(), admin, fleet.NewServer{Name: "m-01", Address: "10.0.0.1", Role: fleet.RoleMaster, HostKey: "ssh-ed25519 AAAA"})
	if err == nil {
		_, _, err = c.store.SetUpServer(t.Context(), admin, server.ID, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	ref, _ := c.claim()
	return c, ref, c.lastSeq(ref)
}

func (c *central) lastSeq(ref store.LeaseRef) int {
	c.t.Helper()
	action, err := c.store.Action(c.t.Context(), ref.ActionID)
	if err != nil {
		c.t.Fatal(err)
	}
	return int(action.LastSeq)
}

func TestOutputIsReplayedAndFollowed(t *testing.T) {
	t.Run("websocket", func(t *testing.T) {
		c, ref, last := running(t)
		c.record(ref, "one", "two")
		s := c.person("ann", fleet.RoleViewer).open()
		s.subscribe("a", output(ref.ActionID, last))
		s.subscribe("b", output(ref.ActionID, last+1))
		var a, b []string
		for len(a)+len(b) < 3 {
			m := s.next()
			if m.ID == "a" {
				a = append(a, line(t, m.Payload))
			} else {
				b = append(b, line(t, m.Payload))
			}
		}
		want := []string{fmt.Sprintf("%d one", last+1), fmt.Sprintf("%d two", last+2)}
		if !slices.Equal(a, want) || !slices.Equal(b, want[1:]) {
			t.Fatalf("a saw %v, b saw %v", a, b)
		}
		s.send(message{Type: "complete", ID: "b"})
		c.record(ref, "three")
		for m := s.next(); ; m = s.next() {
			if m.ID == "a" {
				if got := line(t, m.Payload); got != fmt.Sprintf("%d three", last+3) {
					t.Fatalf("a saw %s", got)
				}
				break
			}
		}
		if err := c.store.FinishAction(t.Context(), ref, fleet.ActionSucceeded, nil); err != nil {
			t.Fatal(err)
		}
		for m := s.next(); m.ID != "a" || m.Type != "complete"; m = s.next() {
			if m.ID == "a" && m.Type != "next" {
				t.Fatalf("got %+v", m)
			}
		}
	})
	t.Run("server-sent events", func(t *testing.T) {
		c, ref, last := running(t)
		c.record(ref, "one", "two")
		s := c.script(c.token(fleet.RoleViewer)).events(output(ref.ActionID, last+1))
		if got := line(t, s.next("next")); got != fmt.Sprintf("%d two", last+2) {
			t.Fatal(got)
		}
		c.record(ref, "three") // not buffered: it comes although the stream stays open
		if got := line(t, s.next("next")); got != fmt.Sprintf("%d three", last+3) {
			t.Fatal(got)
		}
		if err := c.store.FinishAction(t.Context(), ref, fleet.ActionSucceeded, nil); err != nil {
			t.Fatal(err)
		}
		if got := line(t, s.next("next")); got != fmt.Sprintf("%d STATUS", last+4) {
			t.Fatal(got)
		}
		s.next("complete")
	})
	t.Run("an action that has ended", func(t *testing.T) {
		c, ref, _ := running(t)
		if err := c.store.FinishAction(t.Context(), ref, fleet.ActionFailed, &fleet.Failure{Code: fleet.CodePlayFailed, Message: "no"}); err != nil {
			t.Fatal(err)
		}
		s := c.script(c.token(fleet.RoleViewer)).events(output(ref.ActionID, c.lastSeq(ref)))
		s.next("complete")
	})
}

func TestSubscriptionsToWhatIsNotThere(t *testing.T) {
	c := newCentral(t)
	s := c.script(c.token(fleet.RoleAdmin)).open()
	for i, query := range []string{output(77, 0), `subscription { deployProgress(deployId: 77) { seq } }`} {
		id := fmt.Sprint(i)
		s.subscribe(id, query)
		if m := s.next(); m.ID != id || !strings.Contains(string(m.Payload), `"NOT_FOUND"`) {
			t.Errorf("got %s %s", m.Type, m.Payload)
		}
		if m := s.next(); m.Type != "complete" {
			t.Errorf("got %s %s", m.Type, m.Payload)
		}
	}
	s.subscribe("negative", output(77, -1))
	if m := s.next(); !strings.Contains(string(m.Payload), `"NOT_FOUND"`) && !strings.Contains(string(m.Payload), `"INVALID"`) {
		t.Errorf("got %s %s", m.Type, m.Payload)
	}
}

func TestWhoMayOpenAWebsocket(t *testing.T) {
	c := newCentral(t)
	token := c.token(fleet.RoleViewer)
	ann := c.person("ann", fleet.RoleViewer)
	closed := func(t *testing.T, s *socket) {
		t.Helper()
		if _, err := s.read(); websocket.CloseStatus(err) != 4401 {
			t.Errorf("got %v, want it closed with 4401", err)
		}
	}
	refused := func(t *testing.T, who *client, header http.Header, protocol string, status int) {
		t.Helper()
		all := who.header.Clone()
		for key, values := range header {
			all[key] = values
		}
		conn, response, err := websocket.Dial(t.Context(), who.url+"/graphql", &websocket.DialOptions{HTTPClient: who.http, HTTPHeader: all, Subprotocols: []string{protocol}})
		if err == nil {
			conn.CloseNow()
			t.Fatal("it is let in")
		}
		if response == nil || response.StatusCode != status {
			t.Errorf("got %v, want %d", err, status)
		}
	}
	t.Run("a session", func(t *testing.T) { ann.open() })
	t.Run("a token in the request", func(t *testing.T) { c.script(token).open() })
	t.Run("a token in connection_init", func(t *testing.T) {
		if m := c.stranger().dial(vars{"Authorization": "Bearer " + token}).next(); m.Type != "connection_ack" {
			t.Errorf("got %+v", m)
		}
	})
	t.Run("nobody", func(t *testing.T) { closed(t, c.stranger().dial(nil)) })
	t.Run("an unknown token", func(t *testing.T) { closed(t, c.script("central_x").dial(nil)) })
	t.Run("an unknown token in connection_init", func(t *testing.T) {
		closed(t, c.stranger().dial(vars{"Authorization": "Bearer x"}))
	})
	t.Run("a page of another site", func(t *testing.T) {
		refused(t, ann, http.Header{"Origin": {"https://evil.example.com"}}, "graphql-transport-ws", http.StatusForbidden)
	})
	t.Run("a page of another port", func(t *testing.T) {
		refused(t, ann, http.Header{"Origin": {"http://127.0.0.1:1"}}, "graphql-transport-ws", http.StatusForbidden)
	})
	t.Run("the old protocol", func(t *testing.T) { refused(t, ann, nil, "graphql-ws", http.StatusBadRequest) })
	t.Run("its own page", func(t *testing.T) {
		own := *ann
		own.header = http.Header{"Origin": {c.web.URL}}
		own.open()
	})
	t.Run("mutations are not for streams", func(t *testing.T) {
		s := c.script(token).open()
		s.subscribe("m", `mutation { logOut { ok } }`)
		if m := s.next(); !strings.Contains(string(m.Payload), `"INVALID"`) {
			t.Errorf("got %s", m.Payload)
		}
	})
	t.Run("a hundred subscriptions and no more", func(t *testing.T) {
		c, ref, last := running(t)
		s := c.script(c.token(fleet.RoleViewer)).open()
		for i := range 101 {
			s.subscribe(fmt.Sprint(i), output(ref.ActionID, last))
		}
		if m := s.next(); !strings.Contains(string(m.Payload), `"RATE_LIMITED"`) {
			t.Errorf("got %+v", m)
		}
	})
}

func TestSubscriptionsEndWithTheSession(t *testing.T) {
	c, ref, last := running(t)
	c.record(ref, "one")
	browser := c.person("ann", fleet.RoleViewer)
	s := browser.open()
	s.subscribe("a", output(ref.ActionID, last))
	s.lines(1)
	events := browser.events(output(ref.ActionID, last))
	events.next("next")

	browser.must(`mutation { logOut { ok } }`, nil)
	if m := s.next(); m.Type != "next" || !strings.Contains(string(m.Payload), `"UNAUTHENTICATED"`) {
		t.Errorf("got %s %s", m.Type, m.Payload)
	}
	if m := s.next(); m.Type != "complete" || m.ID != "a" {
		t.Errorf("got %s %s", m.Type, m.Payload)
	}
	if text := events.next("next"); !strings.Contains(string(text), `"UNAUTHENTICATED"`) {
		t.Errorf("got %s", text)
	}
	s.subscribe("b", output(ref.ActionID, last))
	if m := s.next(); !strings.Contains(string(m.Payload), `"UNAUTHENTICATED"`) {
		t.Errorf("a new one is let in: %s", m.Payload)
	}
}

func TestStoppingEndsStreamsWithoutCallingThemComplete(t *testing.T) {
	c, ref, last := running(t)
	c.record(ref, "one")
	listener, stop, served := c.serve()
	script := c.script(c.token(fleet.RoleViewer))
	script.url = "http://" + listener
	s := script.open()
	s.subscribe("a", output(ref.ActionID, last))
	s.lines(1)
	events := script.events(output(ref.ActionID, last))
	events.next("next")
	stop()
	for m, err := s.read(); err == nil; m, err = s.read() {
		if m.Type == "complete" {
			t.Error("the websocket says complete")
		}
	}
	for event := range events.read {
		if event.name == "complete" {
			t.Error("the event stream says complete")
		}
	}
	select {
	case err := <-served:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Error("the server does not stop")
	}
}

// eventStream is a stream of server-sent events.
type eventStream struct {
	t    *testing.T
	read chan sentEvent
}

type sentEvent struct {
	name string
	data []byte
}

// events subscribes over server-sent events.
func (c *client) events(query string) *eventStream {
	c.t.Helper()
	body, err := json.Marshal(vars{"query": query})
	if err != nil {
		c.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.url+"/graphql", strings.NewReader(string(body)))
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header = c.header.Clone()
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	response, err := (&http.Client{Jar: c.http.Jar}).Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { response.Body.Close() })
	if kind := response.Header.Get("Content-Type"); kind != "text/event-stream" {
		c.t.Fatalf("got %s", kind)
	}
	s := &eventStream{t: c.t, read: make(chan sentEvent, 100)}
	go func() {
		defer close(s.read)
		var event sentEvent
		scanner := bufio.NewScanner(response.Body)
		for scanner.Scan() {
			switch field, value, _ := strings.Cut(scanner.Text(), ": "); {
			case field == "event":
				event.name = value
			case field == "data":
				event.data = []byte(value)
			case scanner.Text() == "" && event.name != "":
				s.read <- event
				event = sentEvent{}
			}
		}
	}()
	return s
}

// next waits for an event of this name and returns its data.
func (s *eventStream) next(name string) []byte {
	s.t.Helper()
	select {
	case event, ok := <-s.read:
		if !ok || event.name != name {
			s.t.Fatalf("got %q %s, want %s", event.name, event.data, name)
		}
		return event.data
	case <-time.After(patience):
		s.t.Fatalf("no %s came", name)
	}
	return nil
}
