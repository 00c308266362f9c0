package main

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"central/fleet"
)

// nameServer answers on a loopback port: the addresses of the names that it has, and for others that there is none.
func nameServer(t *testing.T, names map[string][]string) string {
	t.Helper()
	line, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = line.Close() })
	go func() {
		buffer := make([]byte, 1500)
		for {
			n, who, err := line.ReadFrom(buffer)
			if err != nil {
				return
			}
			_, _ = line.WriteTo(answerTo(buffer[:n], names), who)
		}
	}()
	return line.LocalAddr().String()
}

// answerTo makes the answer to a question for A or AAAA records.
func answerTo(question []byte, names map[string][]string) []byte {
	var labels []string
	at := 12
	for question[at] != 0 {
		size := int(question[at])
		labels = append(labels, string(question[at+1:at+1+size]))
		at += 1 + size
	}
	kind := binary.BigEndian.Uint16(question[at+1:])
	known, exists := names[strings.Join(labels, ".")]
	answer := append([]byte{}, question[:at+5]...)
	binary.BigEndian.PutUint16(answer[2:], 0x8180) // an answer, recursion was there
	clear(answer[6:12])
	if !exists {
		answer[3] |= 3 // no such name
	}
	for _, text := range known {
		address := netip.MustParseAddr(text)
		if address.Is4() != (kind == 1) {
			continue
		}
		answer[7]++
		answer = append(answer, 0xc0, 12)
		answer = binary.BigEndian.AppendUint16(answer, kind)
		answer = append(answer, 0, 1, 0, 0, 0, 60)
		answer = binary.BigEndian.AppendUint16(answer, uint16(len(address.AsSlice())))
		answer = append(answer, address.AsSlice()...)
	}
	return answer
}

func TestLookUpDomain(t *testing.T) {
	address := nameServer(t, map[string][]string{
		"www.acme.org":      {"192.0.2.1", "2001:db8::1"},
		"moved.acme.org":    {"203.0.113.9"},
		"proxy.example.com": {"192.0.2.2"},
	})
	fleetOf := func(context.Context) ([]fleet.Server, error) {
		return []fleet.Server{
			{Name: "p-1", Role: fleet.RoleProxy, Status: fleet.ServerReady, Address: "192.0.2.1"},
			{Name: "p-2", Role: fleet.RoleProxy, Status: fleet.ServerReady, Address: "proxy.example.com"},
			{Name: "p-3", Role: fleet.RoleProxy, Status: fleet.ServerNew, Address: "192.0.2.3"},
			{Name: "m-1", Role: fleet.RoleMaster, Status: fleet.ServerReady, Address: "192.0.2.4"},
		}, nil
	}
	text := func(found []netip.Addr) string {
		words := make([]string, len(found))
		for i, a := range found {
			words[i] = a.String()
		}
		return strings.Join(words, " ")
	}
	lookUp := domainFlags{DNSServer: address}.lookUp(fleetOf)
	for name, want := range map[string]string{
		"www.acme.org":   "192.0.2.1 2001:db8::1",
		"moved.acme.org": "203.0.113.9",
		"none.acme.org":  "",
	} {
		look := lookUp(t.Context(), name)
		if diff := cmp.Diff([]string{want, "192.0.2.1 192.0.2.2", ""}, []string{text(look.Addresses), text(look.Wanted), look.Failed}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	public := domainFlags{DNSServer: address, PublicAddresses: []netip.Addr{netip.MustParseAddr("198.51.100.7")}}.lookUp(fleetOf)
	if got := text(public(t.Context(), "www.acme.org").Wanted); got != "198.51.100.7" {
		t.Errorf("domains should point to %s", got)
	}
	t.Run("ErrNobodyAnswers", func(t *testing.T) {
		gone, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		_ = gone.Close()
		look := domainFlags{DNSServer: gone.LocalAddr().String(), PublicAddresses: []netip.Addr{netip.MustParseAddr("198.51.100.7")}}.lookUp(fleetOf)(t.Context(), "www.acme.org")
		if look.Failed == "" || look.Check("www.acme.org") == nil {
			t.Errorf("got %+v", look)
		}
	})
	t.Run("ErrProxiesNotKnown", func(t *testing.T) {
		look := domainFlags{DNSServer: address}.lookUp(func(context.Context) ([]fleet.Server, error) { return nil, errors.New("no database") })(t.Context(), "www.acme.org")
		if look.Failed == "" {
			t.Errorf("got %+v", look)
		}
	})
}
