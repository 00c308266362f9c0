# What scripts that change nginx's entries do before anything else, and at their end. Many of them come at the same moment: each has
# nginx read its configuration after its own change, and one reading serves all whose changes were made before it.
exec 9>/run/lock/central-nginx.lock
flock -w 60 9

reload_nginx() {
	local wanted=/run/central-nginx.wanted loaded=/run/central-nginx.loaded number latest
	number=$(($(cat "$wanted" 2>/dev/null || echo 0) + 1))
	echo "$number" >"$wanted"
	exec 9>&- 8>/run/lock/central-nginx-reload.lock
	flock -w 60 8
	if [ "$(cat "$loaded" 2>/dev/null || echo 0)" -lt "$number" ]; then
		latest=$(cat "$wanted")
		# Not merely reload: it may not be up yet after the machine was started.
		systemctl reload-or-restart nginx.service
		echo "${latest:-$number}" >"$loaded"
	fi
}
