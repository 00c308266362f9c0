package fleet_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"central/fleet"
)

func TestSecretIsShownNowhere(t *testing.T) {
	in := fleet.NewServer{Name: "m-01", Password: "canary-1"}
	encoded, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("added", "input", in, "password", in.Password)
	shown := fmt.Sprintf("%v %+v %#v %s %q", in, in, in, in.Password, in.Password) + string(encoded) + log.String()
	if strings.Contains(shown, "canary") {
		t.Errorf("got %s", shown)
	}
}
