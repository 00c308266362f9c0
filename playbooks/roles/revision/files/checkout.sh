# DIRECTORY APP REPOSITORY BRANCH COMMIT
#
# Puts the app at exactly this commit into apps/APP. The objects lie once for all revisions, in the
# mirror, which keeps every commit that it was ever asked for.
main() {
	set -euo pipefail
	local directory=$1 app=$2 repository=$3 branch=$4 commit=$5
	local mirror=/home/frappe/repos/$app.git target=$directory/apps/$app

	# The machine's own settings, such as an HTTP proxy.
	if [[ -r /etc/environment ]]; then
		set -a
		. /etc/environment
		set +a
	fi
	export GIT_TERMINAL_PROMPT=0 GIT_ALLOW_PROTOCOL=https:ssh:git
	export GIT_SSH_COMMAND='ssh -oBatchMode=yes -oStrictHostKeyChecking=accept-new'
	umask 027

	# Builds beside this one use the same mirror; what a cancelled run left behind may still be at work.
	exec 9>"$mirror.lock"
	flock 9

	if [[ -d $target ]]; then
		if [[ $(git -C "$target" rev-parse HEAD) == "$commit" ]]; then
			return
		fi
		echo "apps/$app is there already, at another commit." >&2
		exit 1
	fi

	if [[ ! -d $mirror ]]; then
		git init --quiet --bare -- "$mirror.new"
		git -C "$mirror.new" config gc.auto 0
		mv -T -- "$mirror.new" "$mirror"
	fi
	if ! has "$mirror" "$commit"; then
		echo "fetching $branch of $repository"
		git -C "$mirror" fetch --quiet --no-tags -- "$repository" "+refs/heads/$branch:refs/heads/$branch" ||
			git -C "$mirror" fetch --quiet --no-tags -- "$repository" "$commit"
	fi
	if ! has "$mirror" "$commit"; then
		git -C "$mirror" fetch --quiet --no-tags -- "$repository" "$commit" || true
	fi
	if ! has "$mirror" "$commit"; then
		echo "$repository has no commit $commit on its branch $branch." >&2
		exit 1
	fi
	git -C "$mirror" update-ref "refs/central/$commit" "$commit"

	rm -rf -- "$target.new"
	git init --quiet --initial-branch=central -- "$target.new"
	echo "$mirror/objects" >"$target.new/.git/objects/info/alternates"
	git -C "$target.new" remote add upstream "$repository"
	git -C "$target.new" update-ref "refs/remotes/upstream/$branch" "$commit"
	git -C "$target.new" checkout --quiet -B "$branch" "$commit" --
	mv -T -- "$target.new" "$target"
	echo "checked out $app at $commit"
}

has() {
	git -C "$1" cat-file -e "$2^{commit}" 2>/dev/null
}
main "$@" </dev/null
