# DIRECTORY PYTHON APP...
main() {
	set -euo pipefail
	local directory=$1 python=$2 app wanted
	shift 2

	if [[ -r /etc/environment ]]; then
		set -a
		. /etc/environment
		set +a
	fi
	# Wheels are kept and linked, so the second revision is quick and takes little room.
	export UV_CACHE_DIR=/home/frappe/.cache/uv UV_SYSTEM_CERTS=1 UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1
	umask 027
	cd -- "$directory"

	exec 9>env.lock
	flock 9
	wanted=$(printf '%s\n' "$python" "$@")
	if [[ -e env/.central-installed && $(<env/.central-installed) == "$wanted" ]]; then
		return
	fi
	rm -rf -- env
	/opt/frappe-bench/bin/uv venv --seed --python "$python" -- env
	local editable=()
	for app in "$@"; do
		editable+=(--editable "apps/$app")
	done
	# Libraries that Frappe pins still import pkg_resources, which setuptools has left out since.
	/opt/frappe-bench/bin/uv pip install --python env/bin/python 'setuptools<81'
	/opt/frappe-bench/bin/uv pip install --python env/bin/python "${editable[@]}"
	printf '%s\n' "$wanted" >env/.central-installed
	echo installed
}
main "$@" </dev/null
