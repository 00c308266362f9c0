package proxy

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"

	"central/fleet"
	"central/runner/bench"
)

// CertificatesDigest is a digest of which certificate serves which name, empty when none does.
func CertificatesDigest(chosen map[string]fleet.Certificate) string {
	if len(chosen) == 0 {
		return ""
	}
	sum := sha256.New()
	for _, line := range certificateLines(chosen) {
		fmt.Fprintln(sum, line)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func certificateLines(chosen map[string]fleet.Certificate) []string {
	lines := []string{}
	for _, name := range slices.Sorted(maps.Keys(chosen)) {
		lines = append(lines, fmt.Sprintf("%s certs/%s;", name, chosen[name].File()))
	}
	return lines
}

// Pair is a certificate as a proxy needs it.
type Pair struct {
	Chain string `json:"chain"` // PEM
	Key   string `json:"key"`   // PEM
}

// InstallCertificates makes a proxy show these certificates, by name, and no others. Files, by fleet.Certificate's
// File, are those that CertificatesThere did not name; they travel on standard input.
func InstallCertificates(chosen map[string]fleet.Certificate, files map[string]Pair) (bench.Command, error) {
	order, err := json.Marshal(map[string]any{"lines": certificateLines(chosen), "files": files})
	if err != nil {
		return bench.Command{}, err
	}
	return script("certificates", "install the certificates", order, strconv.Itoa(len(order))), nil
}

// CertificatesInstalled is what came of InstallCertificates.
type CertificatesInstalled struct {
	Changed  bool              `json:"changed"`
	Reloaded bool              `json:"reloaded"`
	Names    int               `json:"names"` // that are served by https
	Left     map[string]string `json:"left"`  // why a certificate cannot be used, by file
	Maps     fleet.ProxyFiles  `json:"maps"`
}

// ParseCertificatesInstalled reads the output of InstallCertificates.
func ParseCertificatesInstalled(answer []byte) (installed CertificatesInstalled, err error) {
	err = parse(answer, &installed)
	return installed, err
}

// CertificatesThere names the certificates that a proxy has, by fleet.Certificate's File.
func CertificatesThere() bench.Command {
	return script("certificates_there", "look which certificates are there", nil)
}

// ParseCertificatesThere reads the output of CertificatesThere.
func ParseCertificatesThere(answer []byte) (files []string, err error) {
	err = parse(answer, &files)
	return files, err
}

var token = regexp.MustCompile(`\A[A-Za-z0-9_-]{1,200}\z`)

// PutChallenge makes a proxy answer an authority's challenge for a host, and looks whether it does. It errs with
// CodeInvalid for a token that could be something else than the name of a file.
func PutChallenge(host, challenge, answer string) (bench.Command, error) {
	if err := challengeNames(host, challenge); err != nil {
		return bench.Command{}, err
	}
	return script("challenge", "answer the challenge for "+host, []byte(answer), host, challenge, strconv.Itoa(len(answer))), nil
}

// RemoveChallenge takes back what PutChallenge did.
func RemoveChallenge(host, challenge string) (bench.Command, error) {
	if err := challengeNames(host, challenge); err != nil {
		return bench.Command{}, err
	}
	return script("challenge", "remove the challenge for "+host, nil, host, challenge), nil
}

func challengeNames(host, challenge string) error {
	if err := fleet.ValidSiteName(host); err != nil {
		return err
	}
	if !token.MatchString(challenge) {
		return fleet.Errorf(fleet.CodeInvalid, "The authority's challenge for %s has an odd name.", host)
	}
	return nil
}
