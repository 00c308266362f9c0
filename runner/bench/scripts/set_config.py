# Changes keys of a site's configuration: set_config SITE-DIRECTORY, with a JSON object on standard input.
say(changed="yes" if write_config(sys.argv[2], json.load(sys.stdin)) else "no")
