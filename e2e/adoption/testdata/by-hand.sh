# What somebody did by hand on this server, years ago: by-hand FRAPPE-ADDRESS SHOP-ADDRESS
#
# A bench of a user of its own, made with the bench command; its processes as services; its own settings of nginx; a
# password for the database's root. Nothing of it is Central's.
set -euo pipefail
frappe=$1 shop=$2 root=by-hand-root
export DEBIAN_FRONTEND=noninteractive
set -a
[ ! -r /etc/environment ] || . /etc/environment
set +a
apt-get -qq -y install --no-install-recommends mariadb-server nginx redis-server git python3-venv python3-dev curl >/dev/null
mariadb -e "ALTER USER root@localhost IDENTIFIED BY '$root'"

useradd --create-home --shell /bin/bash erp
chmod 0755 /home/erp
# As BENCH_DEVELOPER bench does not ask to be installed as root's.
as_erp() { runuser -u erp -- env HOME=/home/erp USER=erp BENCH_DEVELOPER=1 LC_ALL=C.UTF-8 PATH=/home/erp/tool/bin:/usr/bin:/bin "$@"; }
as_erp python3 -m venv /home/erp/tool
as_erp pip install --quiet frappe-bench==5.31.1
cd /home/erp
as_erp bench init frappe-bench --frappe-path "$frappe" --frappe-branch v1.0.0 --python python3 \
	--no-procfile --no-backups --skip-assets --skip-redis-config-generation
cd /home/erp/frappe-bench
as_erp bench get-app "$shop" --branch v1.0.0
as_erp python3 - <<-'END'
	import json
	path = "sites/common_site_config.json"
	config = json.load(open(path))
	config.update({
	    "db_host": "127.0.0.1", "webserver_port": 8000, "socketio_port": 9000, "background_workers": 1,
	    "redis_cache": "redis://127.0.0.1:13000", "redis_queue": "redis://127.0.0.1:11000", "redis_socketio": "redis://127.0.0.1:11000",
	    "dns_multitenant": True, "practice_orders": 300, "scheduler_tick_interval": 1,
	})
	json.dump(config, open(path, "w"), indent=1)
END

service() {
	cat >"/etc/systemd/system/erp-$1.service" <<-END
		[Unit]
		Description=ERP: $1
		[Service]
		User=erp
		WorkingDirectory=/home/erp/frappe-bench/sites
		ExecStart=$2
		Restart=always
		[Install]
		WantedBy=multi-user.target
	END
	systemctl enable --quiet --now "erp-$1.service"
}
python=/home/erp/frappe-bench/env/bin/python
service redis-cache "/usr/bin/redis-server --port 13000 --bind 127.0.0.1 --save '' --dir /tmp"
service redis-queue "/usr/bin/redis-server --port 11000 --bind 127.0.0.1 --save '' --dir /tmp"
for site in one two; do
	as_erp bench new-site "$site.example.com" --admin-password admin --install-app shop --mariadb-root-password "$root"
done
service web "/home/erp/frappe-bench/env/bin/gunicorn --bind 127.0.0.1:8000 --workers 2 --preload frappe.app:application"
service worker "$python -m frappe.utils.bench_helper frappe worker --queue short,default,long"
service schedule "$python -m frappe.utils.bench_helper frappe schedule"
as_erp bench setup nginx --yes --log_format none
ln -s /home/erp/frappe-bench/config/nginx.conf /etc/nginx/conf.d/frappe-bench.conf
nginx -t -q
systemctl enable --quiet nginx.service
systemctl reload-or-restart nginx.service
for site in one two; do
	for _ in {1..600}; do
		if curl --silent --fail --output /dev/null --max-time 10 --header "Host: $site.example.com" http://127.0.0.1/api/method/ping; then
			continue 2
		fi
		sleep 0.2
	done
	echo "$site.example.com does not answer" >&2
	exit 1
done
