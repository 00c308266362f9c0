# Says which apps a site has, in their order, as JSON: installed_apps SITE-DIRECTORY
print(json.dumps(Database(read_config(sys.argv[2])).apps()))
