export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An instant, RFC 3339 in UTC. */
  Time: { input: string; output: string; }
};

/** One queued mutation of the fleet, on record before it runs. */
export type Action = {
  __typename?: 'Action';
  /** Who asked for it. */
  actorName: Scalars['String']['output'];
  /** How often a runner has taken it up. */
  attempt: Scalars['Int']['output'];
  /** The actions it holds together, in the order they were queued. */
  children: Array<Action>;
  /** When it was queued. */
  createdAt: Scalars['Time']['output'];
  /** The deploy it is part of, if any. */
  deploy?: Maybe<Deploy>;
  /** How long its site was closed to visitors for it, in seconds; null when it was not. */
  downSeconds?: Maybe<Scalars['Float']['output']>;
  /** As in the `extensions.code` of an error; empty when nothing failed. */
  errorCode: Scalars['String']['output'];
  /** Such as a traceback. */
  errorDetail: Scalars['String']['output'];
  /** In a sentence. */
  errorMessage: Scalars['String']['output'];
  /** When it came to its end. */
  finishedAt?: Maybe<Scalars['Time']['output']>;
  /** Its number. */
  id: Scalars['ID']['output'];
  /** Which of the limited set it is. */
  kind: ActionKind;
  /** Sequence number of its newest event. */
  lastSeq: Scalars['Int']['output'];
  /** 0 to 100, never falls. */
  percent: Scalars['Int']['output'];
  /** The server it works on; null when there is no one server. */
  server?: Maybe<Server>;
  /** The site it works on; null when there is no one site. */
  site?: Maybe<Site>;
  /** When a runner took it up first. */
  startedAt?: Maybe<Scalars['Time']['output']>;
  /** Its state. */
  status: ActionStatus;
  /** What it does now, or did last. */
  step: Scalars['String']['output'];
  /** In words, such as `Move acme.example.com to r4`. */
  title: Scalars['String']['output'];
  /** What had to succeed before it started, or has to, in the order they were queued. */
  waitsFor: Array<Action>;
};

/** A page of actions. */
export type ActionConnection = {
  __typename?: 'ActionConnection';
  /** The actions of this page. */
  nodes: Array<Action>;
  /** Where the page ends. */
  pageInfo: PageInfo;
  /** How many match in all. */
  totalCount: Scalars['Int']['output'];
};

/** One durable thing that happened in an action. */
export type ActionEvent = {
  __typename?: 'ActionEvent';
  /** When it happened. */
  at: Scalars['Time']['output'];
  /** The server that a line or a task is from. */
  host: Scalars['String']['output'];
  /** Which of the fields below matter. */
  kind: EventKind;
  /** How long the step or task took. */
  millis?: Maybe<Scalars['Int']['output']>;
  /** How far the action has come, 0 to 100. */
  percent?: Maybe<Scalars['Int']['output']>;
  /** Grows with every event of the action; pass the last one seen as `after`. */
  seq: Scalars['Int']['output'];
  /** The state the action is in now. */
  status?: Maybe<ActionStatus>;
  /** The step it belongs to, such as `migrate`, or the play of a task; empty when it belongs to none. */
  step: Scalars['String']['output'];
  /** The state the step is in now. */
  stepStatus?: Maybe<StepStatus>;
  /** stdout, stderr or central. */
  stream: Scalars['String']['output'];
  /** ok, changed, failed, unreachable or skipped. */
  taskStatus: Scalars['String']['output'];
  /** A line of output, the name of a task, or what is being done. */
  text: Scalars['String']['output'];
};

/** Narrows a list of actions. */
export type ActionFilter = {
  /** Only actions on this bench. */
  benchId?: InputMaybe<Scalars['ID']['input']>;
  /** Any of these kinds. */
  kinds?: InputMaybe<Array<ActionKind>>;
  /** Only actions that are not part of another. */
  rootsOnly?: Scalars['Boolean']['input'];
  /** Only actions on this server. */
  serverId?: InputMaybe<Scalars['ID']['input']>;
  /** Only actions on this site. */
  siteId?: InputMaybe<Scalars['ID']['input']>;
  /** Any of these states. */
  statuses?: InputMaybe<Array<ActionStatus>>;
};

/** One of the limited set of things that Central does to the fleet. */
export type ActionKind =
  /** Puts benches and sites that are there on record. */
  | 'ADOPT_BENCHES'
  /** Takes the last backup of a site and removes it from its server. */
  | 'ARCHIVE_SITE'
  /** Backs one site up while it serves. */
  | 'BACK_UP_SITE'
  /** Builds a directory of code on a master. */
  | 'BUILD_REVISION'
  /** Holds the parts of a change of many sites together. */
  | 'BULK_CHANGE'
  /** Lets a domain lead to a site or no longer, or changes what the site calls its own address. */
  | 'CHANGE_DOMAINS'
  /** Asks a server what it is, and whether it fits. */
  | 'CHECK_SERVER'
  /** Brings the revisions of a bench to its settings. */
  | 'CONFIGURE_BENCH'
  /** Changes keys of a site's configuration. */
  | 'CONFIGURE_SITE'
  /** Creates a site on its master. */
  | 'CREATE_SITE'
  /** Holds the builds and moves of a deploy together. */
  | 'DEPLOY'
  /** Takes a pair apart: its two servers stand alone again. */
  | 'DISSOLVE_PAIR'
  /** Removes a site that stands ready and is not needed. */
  | 'DROP_STANDBY'
  /** Makes the slave of a pair its master although the old one may be gone. */
  | 'FAIL_OVER'
  /** Reads an app's repository. */
  | 'FETCH_RELEASES'
  /** Gives a site that stands ready to somebody who signed up. */
  | 'HAND_OUT_SITE'
  /** Installs an app of the bench on a site. */
  | 'INSTALL_APP'
  /** Puts certificates on a proxy. */
  | 'INSTALL_CERTIFICATES'
  /** Gets a certificate from its authority. */
  | 'ISSUE_CERTIFICATE'
  /** Moves one site to another revision, or takes it back. */
  | 'MOVE_SITE'
  /** Shows what setting up a pair again would change. */
  | 'PREVIEW_PAIR'
  /** Shows what setting a server up again would change. */
  | 'PREVIEW_SERVER'
  /** Starts a server anew. */
  | 'REBOOT_SERVER'
  /** Copies the master of a pair to its slave anew. */
  | 'REBUILD_SLAVE'
  /** Makes every check of a switchover or failover and changes nothing. */
  | 'REHEARSE_SWITCH'
  /** Moves one site to another bench, on its server or on another one, or takes it back. */
  | 'RELOCATE_SITE'
  /** Removes an app and its tables from a site. */
  | 'REMOVE_APP'
  /** Removes backups whose time is over. */
  | 'REMOVE_BACKUPS'
  /** Removes a directory that no site lives in. */
  | 'REMOVE_REVISION'
  /** Gives a site another host name, or leaves it under the one that it had. */
  | 'RENAME_SITE'
  /** Restarts one service of a server. */
  | 'RESTART_SERVICE'
  /** Restores a backup over its site, or as a site that is not there. */
  | 'RESTORE_SITE'
  /** Lets go of a server that holds nothing any more. */
  | 'RETIRE_SERVER'
  /** Gives a server new keys and passwords of Central's. */
  | 'ROTATE_CREDENTIALS'
  /** Brings a proxy's map of host names up to date. */
  | 'ROUTE_PROXY'
  /** Looks for benches and sites that Central does not know on a server, and changes nothing. */
  | 'SCAN_SERVER'
  /** Says what the proxies do with the visitors of one site of many. */
  | 'SERVE_SITE'
  /** Makes a server the slave of another: a copy of its databases, benches and files that follows it. */
  | 'SET_UP_PAIR'
  /** Runs the plays of a server's role. */
  | 'SET_UP_SERVER'
  /** Makes the slave of a pair its master, while both are up; the old master becomes the slave. */
  | 'SWITCH_OVER'
  /** Proves that a backup can be restored, beside its site. */
  | 'TEST_RESTORE'
  /** Lets in just what a server's role and its neighbours need. */
  | 'UPDATE_FIREWALL'
  /** Installs security updates on a server. */
  | 'UPDATE_SERVER';

/** The state of an action. */
export type ActionStatus =
  /** Somebody cancelled it. */
  | 'CANCELLED'
  /** Ended with an error. */
  | 'FAILED'
  /** Waits for a runner, or for what has to come first. */
  | 'QUEUED'
  /** A runner works on it. */
  | 'RUNNING'
  /** Never started, because what had to come first did not succeed. */
  | 'SKIPPED'
  /** Done. */
  | 'SUCCEEDED';

/** Who is asking: a person, or a script with an API token. */
export type Actor = {
  __typename?: 'Actor';
  /** True while the one-time password is in force: nothing but `changePassword` and `logOut` works until it is replaced. */
  mustChangePassword: Scalars['Boolean']['output'];
  /** Of the person, or of the token and the person who made it. */
  name: Scalars['String']['output'];
  /** What they may do. */
  role: Role;
};

/** An app that is new to Central. */
export type AddAppInput = {
  /** How the repository is entered. With a deploy key, give that read access and fetch the releases again. */
  access?: AppAccess;
  /** The branch whose commits become its releases. */
  branch?: Scalars['String']['input'];
  /** The package's name: a lower-case letter, then lower-case letters, digits and underscores. */
  name: Scalars['String']['input'];
  /** https, ssh or git address. */
  repository: Scalars['String']['input'];
  /** The token, for the access TOKEN. It is kept encrypted and never shown. */
  token?: InputMaybe<Scalars['String']['input']>;
  /** The user that the token is of; `git` when left out. */
  user?: InputMaybe<Scalars['String']['input']>;
};

/** The new app, and what was queued. */
export type AddAppPayload = {
  __typename?: 'AddAppPayload';
  /** Fetches its releases. */
  action: Action;
  /** The app. */
  app: App;
};

/** An app that a bench is to get. */
export type AddBenchAppInput = {
  /** The app's name. */
  app: Scalars['String']['input'];
  /** The bench. */
  benchId: Scalars['ID']['input'];
  /** 40 hexadecimal digits. */
  commit: Scalars['String']['input'];
};

/** The bench, and what was queued. */
export type AddBenchAppPayload = {
  __typename?: 'AddBenchAppPayload';
  /** Builds its new revision. */
  action: Action;
  /** The bench. */
  bench: Bench;
};

/** A domain for a site. */
export type AddDomainInput = {
  /** Order a certificate for it, unless there is one that covers it. */
  certificate?: Scalars['Boolean']['input'];
  /** Take it although it does not point to the proxies: its move there is under way. */
  elsewhere?: Scalars['Boolean']['input'];
  /** The host name. It has to point to the proxies, and nowhere else. */
  name: Scalars['String']['input'];
  /** The site. */
  siteId: Scalars['ID']['input'];
};

/** A machine that is new to Central. */
export type AddServerInput = {
  /** IP address or DNS name. */
  address: Scalars['String']['input'];
  /**
   * SHA256 fingerprint that the server's host key must have, from the server's own console.
   * Without it the key shown on first contact is pinned.
   */
  hostKeyFingerprint?: InputMaybe<Scalars['String']['input']>;
  /** What people find it by. */
  labels?: Array<Scalars['String']['input']>;
  /** Lower-case letters, digits, dots and hyphens. */
  name: Scalars['String']['input'];
  /** Of the user, to put Central's public key there, once. It is kept nowhere. Empty when the key is there already. */
  password?: InputMaybe<Scalars['String']['input']>;
  /** Port of sshd. */
  port?: Scalars['Int']['input'];
  /** Where it stands, such as `fra1`. */
  region?: Scalars['String']['input'];
  /** What it is for. */
  role: ServerRole;
  /** Who Central logs in as: root, or a user with sudo without a password. */
  user?: Scalars['String']['input'];
};

/** The new server. */
export type AddServerPayload = {
  __typename?: 'AddServerPayload';
  /** The server. */
  server: Server;
};

/** One bench to take over. */
export type AdoptBenchInput = {
  /** All its apps at their commits, as found and in the same order. */
  apps: Array<AppCommitInput>;
  /** What it is to be called: a lower-case letter, then lower-case letters, digits and hyphens; 31 characters at most. */
  name: Scalars['String']['input'];
  /** Its directory, as found. */
  path: Scalars['String']['input'];
  /** The host names of its sites to take over; at least one. The others stay as they are. */
  sites: Array<Scalars['String']['input']>;
};

/** What to take over. */
export type AdoptBenchesInput = {
  /** At least one. */
  benches: Array<AdoptBenchInput>;
  /** Its latest scan, which the choice was made in. */
  scanId: Scalars['ID']['input'];
  /** The server. */
  serverId: Scalars['ID']['input'];
};

/** What was queued. */
export type AdoptBenchesPayload = {
  __typename?: 'AdoptBenchesPayload';
  /** Looks again, makes the server ready, and puts everything on record. */
  action: Action;
  /** The server. */
  server: Server;
};

/** Something that needs a person. */
export type Alert = {
  __typename?: 'Alert';
  /** When it was cleared; null while it is open. */
  clearedAt?: Maybe<Scalars['Time']['output']>;
  /** Its number; later ones are higher. */
  id: Scalars['ID']['output'];
  /** When it was raised. */
  raisedAt: Scalars['Time']['output'];
  /** What is watched. */
  rule: AlertRule;
  /** What is wrong. */
  sentence: Scalars['String']['output'];
  /** The server that it is about, if it is about one. */
  server?: Maybe<Server>;
  /** How urgent it is. */
  severity: AlertSeverity;
  /** The site that it is about, if it is about one. */
  site?: Maybe<Site>;
  /** Name of the server, the site or the bucket. */
  subject: Scalars['String']['output'];
};

/** What is watched. `docs/operating.md` lists the limits. */
export type AlertRule =
  /** A certificate expires soon. */
  | 'CERTIFICATE'
  /** A file system is nearly full. */
  | 'DISK'
  /** A file system has nearly no inodes left. */
  | 'INODES'
  /** The slave of a pair is far behind. */
  | 'LAG'
  /** Far more runs than the processors can do. */
  | 'LOAD'
  /** Memory is nearly used up. */
  | 'MEMORY'
  /** The mirrored files of a pair are too old. */
  | 'MIRROR'
  /** A site uses more than its subscription's plan allows. */
  | 'OVER_LIMIT'
  /** A server of a pair has a new host key that its partner was not told yet. */
  | 'PAIR_KEY'
  /** The slave of a pair follows no more. */
  | 'REPLICATION'
  /** A backup could not be restored when that was tested. */
  | 'RESTORE_TEST'
  /** A service of the server's role does not run. */
  | 'SERVICE'
  /** The site of somebody who signed up could not be made. */
  | 'SIGN_UP'
  /** A site does not answer as it should. */
  | 'SITE_DOWN'
  /** The S3 storage takes no backups. */
  | 'STORAGE'
  /** A server cannot be reached. */
  | 'UNREACHABLE';

/** How urgent an alert is. */
export type AlertSeverity =
  /** It is trouble. */
  | 'CRITICAL'
  /** It will be trouble. */
  | 'WARNING';

/** A git repository with a Python package that benches are made of. */
export type App = {
  __typename?: 'App';
  /** How its repository is entered. Servers never hold what that takes: they get private apps from Central. */
  access: AppAccess;
  /** The branch whose commits are its releases. */
  branch: Scalars['String']['output'];
  /** Since when its repository can announce releases by webhook; null when it has no secret for that. */
  hookMadeAt?: Maybe<Scalars['Time']['output']>;
  /** Its number. */
  id: Scalars['ID']['output'];
  /** Why that failed, empty when it did not. */
  lookError: Scalars['String']['output'];
  /** When Central looked at the branch last. It does so every few minutes. */
  lookedAt?: Maybe<Scalars['Time']['output']>;
  /** The package's name, such as erpnext. */
  name: Scalars['String']['output'];
  /** The deploy key, to be given read access where the repository is; empty for every other access. */
  publicKey: Scalars['String']['output'];
  /** Where git finds it. */
  repository: Scalars['String']['output'];
};

/** How git gets in to an app's repository. */
export type AppAccess =
  /** By an SSH key of Central's, for this app alone. */
  | 'DEPLOY_KEY'
  /** Nothing is asked for. */
  | 'OPEN'
  /** By a user name and a token, over https. */
  | 'TOKEN';

/** One app at one exact commit. */
export type AppCommit = {
  __typename?: 'AppCommit';
  /** The app's name. */
  app: Scalars['String']['output'];
  /** 40 hexadecimal digits. */
  commit: Scalars['String']['output'];
};

/** One app at one exact commit. */
export type AppCommitInput = {
  /** The app's name. */
  app: Scalars['String']['input'];
  /** 40 hexadecimal digits. */
  commit: Scalars['String']['input'];
};

/** What Central knows of an app of a bench that was found. */
export type AppStanding =
  /** The app's repository does not have the commit. */
  | 'LOCAL'
  /** It is no git repository with a remote. */
  | 'NO_REPOSITORY'
  /** Central's app of this name has another repository. */
  | 'OTHER_REPOSITORY'
  /** The commit is a release of an app of Central's. */
  | 'RELEASED'
  /** Central has no app of this name. */
  | 'UNKNOWN';

/** A table that would go with an app. */
export type AppTable = {
  __typename?: 'AppTable';
  /** Bytes of its rows and indexes. */
  bytes: Scalars['Float']['output'];
  /** Its name. */
  name: Scalars['String']['output'];
  /** About how many rows it has. */
  rows: Scalars['Int']['output'];
};

/** Which site to archive. */
export type ArchiveSiteInput = {
  /** Its host name, to confirm. */
  confirmName: Scalars['String']['input'];
  /** The site; it has to be active. */
  siteId: Scalars['ID']['input'];
};

/** What was queued. */
export type ArchiveSitePayload = {
  __typename?: 'ArchiveSitePayload';
  /** Archives it. */
  action: Action;
  /** The site. */
  site: Site;
};

/** Another site. */
export type AssignSiteInput = {
  /** The site it gets; none any more when null. */
  siteId?: InputMaybe<Scalars['ID']['input']>;
  /** The subscription. */
  subscriptionId: Scalars['ID']['input'];
  /** The one that was looked at; CONFLICT when the subscription has another. */
  version: Scalars['Int']['input'];
  /** For the history, up to 500 characters. */
  why?: Scalars['String']['input'];
};

/** A page of the audit log. */
export type AuditConnection = {
  __typename?: 'AuditConnection';
  /** The entries of this page. */
  nodes: Array<AuditEntry>;
  /** Where the page ends. */
  pageInfo: PageInfo;
  /** How many there are in all. */
  totalCount: Scalars['Int']['output'];
};

/** One line of the append-only record of what was asked for. */
export type AuditEntry = {
  __typename?: 'AuditEntry';
  /** The action it queued; its state is the outcome. */
  action?: Maybe<Action>;
  /** Who asked. */
  actorName: Scalars['String']['output'];
  /** When it was asked for. */
  at: Scalars['Time']['output'];
  /** Its number; they only grow. */
  id: Scalars['ID']['output'];
  /** The mutation, such as deploySites. */
  operation: Scalars['String']['output'];
  /** The IP address it was asked from, or where else. */
  remoteAddress: Scalars['String']['output'];
  /** What it was about, in words. */
  subject: Scalars['String']['output'];
};

/** Which site to back up. */
export type BackUpSiteInput = {
  /** The site; it has to be active. */
  siteId: Scalars['ID']['input'];
};

/** What was queued. */
export type BackUpSitePayload = {
  __typename?: 'BackUpSitePayload';
  /** Takes it. */
  action: Action;
  /** The backup, TAKING. */
  backup: Backup;
};

/** One site at one moment: its tables and its files, compressed and encrypted. */
export type Backup = {
  __typename?: 'Backup';
  /** What took it, or is about to. */
  action: Action;
  /** The apps that were on the site, at the commits of its revision. */
  apps: Array<RevisionApp>;
  /** Its size where it lies, compressed and encrypted, in bytes. */
  bytes: Scalars['Float']['output'];
  /** When it was asked for. */
  createdAt: Scalars['Time']['output'];
  /** SHA-256 of its encrypted tables. */
  databaseDigest: Scalars['String']['output'];
  /** The database that it is of. */
  databaseName: Scalars['String']['output'];
  /** How many files. */
  files: Scalars['Int']['output'];
  /** SHA-256 of its encrypted files. */
  filesDigest: Scalars['String']['output'];
  /** Its number. */
  id: Scalars['ID']['output'];
  /** Why it was taken. */
  kind: BackupKind;
  /** When its files were removed; null while they are there. */
  removedAt?: Maybe<Scalars['Time']['output']>;
  /** How many seconds it took. */
  seconds?: Maybe<Scalars['Float']['output']>;
  /** The server whose disk holds it; null when none does. */
  server?: Maybe<Server>;
  /** The site that it is of. */
  site: Site;
  /** What the site was called then. */
  siteName: Scalars['String']['output'];
  /** Its state. */
  state: BackupState;
  /** Why it failed; empty when it did not. */
  stateReason: Scalars['String']['output'];
  /** The S3 storage that holds it; null when none does. */
  storage?: Maybe<BackupStorage>;
  /** Why the S3 storage did not take it; empty when it did, or was not to. */
  storageError: Scalars['String']['output'];
  /** How many tables it holds. */
  tables: Scalars['Int']['output'];
  /** The moment that it shows; null until it is there. */
  takenAt?: Maybe<Scalars['Time']['output']>;
  /** Of its revision, such as `erpnext 15.43.0`. */
  version: Scalars['String']['output'];
};

/** Why a backup was taken; it decides how long it is kept. */
export type BackupKind =
  /** Of what a restore was about to replace. */
  | 'BEFORE_RESTORE'
  /** The last of a site that was archived then. */
  | 'FINAL'
  /** Somebody asked for it. */
  | 'MANUAL'
  /** Its time had come. */
  | 'SCHEDULED';

/** When sites are backed up by themselves, and how long backups are kept, in the whole fleet. */
export type BackupPolicy = {
  __typename?: 'BackupPolicy';
  /** Days that those are kept which a restore took of what it replaced. */
  beforeRestoreDays: Scalars['Int']['output'];
  /** Hours between two scheduled backups of a site; 0 for none. */
  everyHours: Scalars['Int']['output'];
  /** Days that the last one of an archived site is kept. */
  finalDays: Scalars['Int']['output'];
  /** and besides the newest of each of so many days that have one, */
  keepDaily: Scalars['Int']['output'];
  /** The newest scheduled ones that are kept, */
  keepLast: Scalars['Int']['output'];
  /** and months. */
  keepMonthly: Scalars['Int']['output'];
  /** weeks, */
  keepWeekly: Scalars['Int']['output'];
  /** Days that those are kept which somebody asked for. */
  manualDays: Scalars['Int']['output'];
  /** Days between two tests of a restore; 0 for none. */
  testDays: Scalars['Int']['output'];
};

/** What the removal of a backup before its time would do. */
export type BackupRemovalPlan = {
  __typename?: 'BackupRemovalPlan';
  /** One sentence for each thing. */
  does: Array<Scalars['String']['output']>;
  /** It is the only one of an archived site, which cannot be brought back afterwards; `last` has to say so. */
  last: Scalars['Boolean']['output'];
  /** What stands in its way, and what is worth knowing. */
  notes: Array<ServerNote>;
  /** In words. */
  title: Scalars['String']['output'];
};

/** The backup to look at. */
export type BackupRemovalPlanInput = {
  /** The backup. */
  backupId: Scalars['ID']['input'];
  /** Also when it is the only one of an archived site. */
  last?: Scalars['Boolean']['input'];
};

/** The life of a backup. */
export type BackupState =
  /** Written, and compared with what was read. Only this counts, and can be restored. */
  | 'COMPLETE'
  /** Nothing of it is left behind. */
  | 'FAILED'
  /** Its files and its key are gone. */
  | 'REMOVED'
  /** Its time is over; its files go. */
  | 'REMOVING'
  /** Its action is queued or running. */
  | 'TAKING';

/** A bucket behind an S3 API, to which backups are copied besides. */
export type BackupStorage = {
  __typename?: 'BackupStorage';
  /** The access key; the secret key is not shown to anybody. */
  accessKey: Scalars['String']['output'];
  /** The bucket. */
  bucket: Scalars['String']['output'];
  /** When an object was last written and removed there, to try it. */
  checkedAt?: Maybe<Scalars['Time']['output']>;
  /** Address of the API. */
  endpoint: Scalars['String']['output'];
  /** Its number. */
  id: Scalars['ID']['output'];
  /** Whether new backups are copied there. */
  inUse: Scalars['Boolean']['output'];
  /** Before the names of all objects. */
  prefix: Scalars['String']['output'];
  /** Its region. */
  region: Scalars['String']['output'];
};

/** A name, a master and the apps its sites run. */
export type Bench = {
  __typename?: 'Bench';
  /** No new site goes there. */
  closedToSites: Scalars['Boolean']['output'];
  /** In the words of who closed it; may be empty. */
  closedWhy: Scalars['String']['output'];
  /** When it was created. */
  createdAt: Scalars['Time']['output'];
  /** Its number. */
  id: Scalars['ID']['output'];
  /** MB of memory that the web processes of a revision may use, and its workers again; 0 for no limit. */
  memoryMb: Scalars['Int']['output'];
  /** Unique in the fleet. */
  name: Scalars['String']['output'];
  /** The Node that new revisions get: `node`, which is the server's own, or the name of one of `nodeVersions`. */
  node: Scalars['String']['output'];
  /** The interpreter that the environments of new revisions are made with. */
  python: Scalars['String']['output'];
  /** When it was taken out of use; null while it is used. */
  retiredAt?: Maybe<Scalars['Time']['output']>;
  /** Revisions that are on the server, newest first. */
  revisions: Array<Revision>;
  /** The master that holds it. */
  server: Server;
  /** How many sites live on it. */
  siteCount: Scalars['Int']['output'];
  /** Web workers of each revision. */
  webWorkers: Scalars['Int']['output'];
  /** Background workers of each revision. */
  workers: Scalars['Int']['output'];
};

/** A look at a server for benches that Central does not know. */
export type BenchScan = {
  __typename?: 'BenchScan';
  /** The action that looks. */
  action: Action;
  /** When it was asked for. */
  createdAt: Scalars['Time']['output'];
  /** When the server had answered. */
  finishedAt?: Maybe<Scalars['Time']['output']>;
  /** Its number. */
  id: Scalars['ID']['output'];
  /** What was found, judged by what Central knows now; null until the server has answered. */
  report?: Maybe<ScanReport>;
  /** The server looked at. */
  server: Server;
};

/** What can be done to many sites at once. */
export type BulkDeed =
  /** A domain leads to each besides, made of `pattern`. */
  | 'ADD_DOMAIN'
  /** Their last backups are taken and they are removed from their servers: `confirmSites`. */
  | 'ARCHIVE'
  /** They are backed up. */
  | 'BACK_UP'
  /** Keys of their configuration change: `changes`. */
  | 'CONFIGURE'
  /** They get an app of their bench: `app`. */
  | 'INSTALL_APP'
  /** Each goes to another bench: `benchId`. */
  | 'MOVE'
  /** They lose an app and its tables: `app`, and `confirmSites`. */
  | 'REMOVE_APP'
  /** Each loses a domain, whose name is made of `pattern`: `confirmSites`. */
  | 'REMOVE_DOMAIN'
  /** Each gets another host name, made of `pattern`. */
  | 'RENAME'
  /**
   * Each gets back what its newest backup holds, or the newest that was taken until `before`; archived ones are brought back:
   * `confirmSites`. At most 500 sites together.
   */
  | 'RESTORE'
  /** The proxies treat their visitors otherwise: `serving`. */
  | 'SERVE';

/** What was queued. */
export type BulkPayload = {
  __typename?: 'BulkPayload';
  /** Holds the parts together, one for each site. */
  action: Action;
};

/** What a change of many sites would do. */
export type BulkPlan = {
  __typename?: 'BulkPlan';
  /** What happens, in sentences. */
  does: Array<Scalars['String']['output']>;
  /** What to know before; those that are BLOCKING stand in its way. */
  notes: Array<PlanNote>;
  /** The sites that it can be done to, by number: exactly these. */
  sites: Array<PlanSite>;
  /** Such as `Install shop on 12 sites`. */
  title: Scalars['String']['output'];
};

/** A change of many sites to look at. */
export type BulkPlanInput = {
  /** For INSTALL_APP and REMOVE_APP. */
  app?: Scalars['String']['input'];
  /** For RESTORE: the newest backup that was taken until then; the newest of all when it is left out. */
  before?: InputMaybe<Scalars['Time']['input']>;
  /** For MOVE: the bench that they go to. */
  benchId?: InputMaybe<Scalars['ID']['input']>;
  /** For ADD_DOMAIN: order a certificate for each name that none covers. */
  certificate?: Scalars['Boolean']['input'];
  /** For CONFIGURE: each key once. */
  changes?: InputMaybe<Array<ConfigChangeInput>>;
  /** For REMOVE_APP, REMOVE_DOMAIN, RESTORE and ARCHIVE: how many sites it is done to, to confirm. */
  confirmSites?: InputMaybe<Scalars['Int']['input']>;
  /** What is done to each. */
  deed: BulkDeed;
  /** For ADD_DOMAIN: take names that do not point to the proxies (yet). */
  elsewhere?: Scalars['Boolean']['input'];
  /**
   * For ADD_DOMAIN and RENAME the name that each site gets, for REMOVE_DOMAIN the one that it loses, with `{name}` for the first part of the one that it has. Of
   * `{name}.customers.example.com`, acme.example.com gets acme.customers.example.com. At most 1,000 sites together.
   */
  pattern?: Scalars['String']['input'];
  /** For SERVE: what the proxies do with their visitors. */
  serving?: InputMaybe<SiteServing>;
  /** Exactly these sites, at least one; `siteIds` of a filter gives all that match. */
  siteIds: Array<Scalars['ID']['input']>;
};

/** A change of many sites that runs. */
export type CancelBulkInput = {
  /** The action that holds its parts together. */
  actionId: Scalars['ID']['input'];
};

/** Which deploy to cancel. */
export type CancelDeployInput = {
  /** The deploy. */
  deployId: Scalars['ID']['input'];
};

/** The deploy that is being cancelled. */
export type CancelDeployPayload = {
  __typename?: 'CancelDeployPayload';
  /** The deploy. */
  deploy: Deploy;
};

/** The end of a subscription. */
export type CancelSubscriptionInput = {
  /** When the trial or the period that is paid has ended, not at once. */
  atEnd?: Scalars['Boolean']['input'];
  /** The subscription. */
  subscriptionId: Scalars['ID']['input'];
  /** The one that was looked at; CONFLICT when the subscription has another. */
  version: Scalars['Int']['input'];
  /** For the history, up to 500 characters. */
  why?: Scalars['String']['input'];
};

/** What the proxies show browsers for host names, so that they are served by https. Its private key never leaves Central but for the proxies. */
export type Certificate = {
  __typename?: 'Certificate';
  /** What issues it now. */
  busyAction?: Maybe<Action>;
  /** When it was put on record. */
  createdAt: Scalars['Time']['output'];
  /** SHA256 of the certificate, in hexadecimal; empty while there is none. */
  digest: Scalars['String']['output'];
  /** How often it has failed since it was last issued. */
  failures: Scalars['Int']['output'];
  /** Its number. */
  id: Scalars['ID']['output'];
  /** Who issued it; empty while nobody has. */
  issuer: Scalars['String']['output'];
  /** Where it comes from. */
  kind: CertificateKind;
  /** Why it was not issued or renewed when that was last tried; empty when it was. */
  lastError: Scalars['String']['output'];
  /** Host names, and wildcards such as `*.example.com`, sorted. */
  names: Array<Scalars['String']['output']>;
  /** When Central has it issued again; null for one that was uploaded. */
  nextAttemptAt?: Maybe<Scalars['Time']['output']>;
  /** Until when it is valid. */
  notAfter?: Maybe<Scalars['Time']['output']>;
  /** From when on it is valid. */
  notBefore?: Maybe<Scalars['Time']['output']>;
  /** Its state. */
  status: CertificateStatus;
  /** What a person should know of it, as sentences, empty when all is well: it was not issued, was not renewed, or ends soon. */
  warning: Scalars['String']['output'];
};

/** When a certificate expires. */
export type CertificateEnd = {
  __typename?: 'CertificateEnd';
  /** When it expires. */
  expiresAt: Scalars['Time']['output'];
  /** The host name that it is for; may be empty. */
  host: Scalars['String']['output'];
};

/** Where a certificate comes from. */
export type CertificateKind =
  /** Issued by an authority, and renewed by Central. */
  | 'ACME'
  /** Given by a person, who replaces it in time. */
  | 'UPLOADED';

/** How this Central gets certificates. */
export type CertificateSettings = {
  __typename?: 'CertificateSettings';
  /** Address of the ACME directory of the authority. */
  authority: Scalars['String']['output'];
  /** Whether wildcards can be issued: there is a program that changes the DNS. */
  wildcards: Scalars['Boolean']['output'];
};

/** The state of a certificate. */
export type CertificateStatus =
  /** There, and on the proxies. It may still have failed to be renewed; see `warning`. */
  | 'ACTIVE'
  /** It was never issued; Central tries again later. */
  | 'FAILED'
  /** Asked for, not issued yet. */
  | 'WAITING';

/** The site, and what was queued. */
export type ChangeDomainsPayload = {
  __typename?: 'ChangeDomainsPayload';
  /** Makes the change. */
  action: Action;
  /** The site. */
  site: Site;
};

/** The old password and the new one. */
export type ChangePasswordInput = {
  /** The one in force, or the one-time password. */
  current: Scalars['String']['input'];
  /** At least 12 characters. */
  new: Scalars['String']['input'];
};

/** Who has a new password. All other sessions of theirs have ended. */
export type ChangePasswordPayload = {
  __typename?: 'ChangePasswordPayload';
  /** The person. */
  me: Actor;
};

/** Another plan. */
export type ChangePlanInput = {
  /** The plan it gets. */
  planId: Scalars['ID']['input'];
  /** The subscription. */
  subscriptionId: Scalars['ID']['input'];
  /** The one that was looked at; CONFLICT when the subscription has another. */
  version: Scalars['Int']['input'];
  /** For the history, up to 500 characters. */
  why?: Scalars['String']['input'];
};

/** What to change; what is left out stays as it is. */
export type ChangeServerInput = {
  /** How many actions may run on it at the same time, 1 to 64. */
  actionsAtOnce?: InputMaybe<Scalars['Int']['input']>;
  /** All that people find it by. */
  labels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Where it stands, such as `fra1`; empty for nowhere in particular. */
  region?: InputMaybe<Scalars['String']['input']>;
  /** The server. */
  serverId: Scalars['ID']['input'];
};

/** The changed server. */
export type ChangeServerPayload = {
  __typename?: 'ChangeServerPayload';
  /** The server. */
  server: Server;
};

/** The site, and what was queued. */
export type ChangeSitePayload = {
  __typename?: 'ChangeSitePayload';
  /** Makes the change. */
  action: Action;
  /** The site. */
  site: Site;
};

/** A change of many sites. */
export type ChangeSitesInput = {
  /** For INSTALL_APP and REMOVE_APP. */
  app?: Scalars['String']['input'];
  /** For RESTORE: the newest backup that was taken until then; the newest of all when it is left out. */
  before?: InputMaybe<Scalars['Time']['input']>;
  /** For MOVE: the bench that they go to. */
  benchId?: InputMaybe<Scalars['ID']['input']>;
  /** For ADD_DOMAIN: order a certificate for each name that none covers. */
  certificate?: Scalars['Boolean']['input'];
  /** For CONFIGURE: each key once. */
  changes?: InputMaybe<Array<ConfigChangeInput>>;
  /** For REMOVE_APP, REMOVE_DOMAIN, RESTORE and ARCHIVE: how many sites it is done to, to confirm. */
  confirmSites?: InputMaybe<Scalars['Int']['input']>;
  /** What is done to each. */
  deed: BulkDeed;
  /** For ADD_DOMAIN: take names that do not point to the proxies (yet). */
  elsewhere?: Scalars['Boolean']['input'];
  /** Of the client's making; the same key does the same thing once. */
  idempotencyKey: Scalars['String']['input'];
  /**
   * For ADD_DOMAIN and RENAME the name that each site gets, for REMOVE_DOMAIN the one that it loses, with `{name}` for the first part of the one that it has. Of
   * `{name}.customers.example.com`, acme.example.com gets acme.customers.example.com. At most 1,000 sites together.
   */
  pattern?: Scalars['String']['input'];
  /** For SERVE: what the proxies do with their visitors. */
  serving?: InputMaybe<SiteServing>;
  /** Exactly these sites, at least one; `siteIds` of a filter gives all that match. */
  siteIds: Array<Scalars['ID']['input']>;
};

/** Which server. */
export type CheckServerInput = {
  /** The server. */
  serverId: Scalars['ID']['input'];
};

/** Who was won and lost in one month. */
export type ChurnMonth = {
  __typename?: 'ChurnMonth';
  /** Subscriptions that paid as the month began. */
  before: Scalars['Int']['output'];
  /** `lost` of `before`. */
  churnRatio: Scalars['Float']['output'];
  /** Began to pay in it. */
  gained: Scalars['Int']['output'];
  /** Had paid, were suspended or cancelled in it, and have not come back. */
  lost: Scalars['Int']['output'];
  /** The month, as in `2026-01`. */
  month: Scalars['String']['output'];
};

/** Which bench, and whether new sites may go there. */
export type CloseBenchInput = {
  /** The bench. */
  benchId: Scalars['ID']['input'];
  /** False opens it again. */
  closed?: Scalars['Boolean']['input'];
  /** Shown to whoever would put a site there. */
  why?: Scalars['String']['input'];
};

/** The bench. */
export type CloseBenchPayload = {
  __typename?: 'CloseBenchPayload';
  /** As it is now. */
  bench: Bench;
};

/** Whether a plan is closed. */
export type ClosePlanInput = {
  /** Closed for new subscriptions; false opens it again. */
  closed?: Scalars['Boolean']['input'];
  /** The plan. */
  planId: Scalars['ID']['input'];
};

/** Which server, and whether new sites may go there. */
export type CloseServerInput = {
  /** False opens it again. */
  closed?: Scalars['Boolean']['input'];
  /** The server. */
  serverId: Scalars['ID']['input'];
  /** Shown to whoever would put a site there. */
  why?: Scalars['String']['input'];
};

/** The server. */
export type CloseServerPayload = {
  __typename?: 'CloseServerPayload';
  /** As it is now. */
  server: Server;
};

/** The subscriptions that began in one month. */
export type Cohort = {
  __typename?: 'Cohort';
  /** `converted` of `started`, 0 to 1. */
  conversionRatio: Scalars['Float']['output'];
  /** How many of them have been paid for, sooner or later. */
  converted: Scalars['Int']['output'];
  /** The month, as in `2026-01`. */
  month: Scalars['String']['output'];
  /** How many of them are paid for and used now. */
  paying: Scalars['Int']['output'];
  /** How many began. */
  started: Scalars['Int']['output'];
};

/** Which server's sites. */
export type CollectUsageInput = {
  /** A master that is ready. */
  serverId: Scalars['ID']['input'];
};

/** Whose sites will tell. */
export type CollectUsagePayload = {
  __typename?: 'CollectUsagePayload';
  /** The server. */
  server: Server;
};

/** A key to set or to remove. */
export type ConfigChangeInput = {
  /** The key, such as `max_file_size`. */
  name: Scalars['String']['input'];
  /** Its value as JSON: a text in quotes, a number, true or false; null removes the key. */
  value?: InputMaybe<Scalars['String']['input']>;
};

/** A key of a site's configuration that Central has set. */
export type ConfigKey = {
  __typename?: 'ConfigKey';
  /** Who set it. */
  actorName: Scalars['String']['output'];
  /** Its number. */
  id: Scalars['ID']['output'];
  /** The key. */
  name: Scalars['String']['output'];
  /** Whether it looks like a secret: its value is not shown again. */
  secret: Scalars['Boolean']['output'];
  /** When. */
  updatedAt: Scalars['Time']['output'];
  /** Its value as JSON; empty for a secret. */
  value: Scalars['String']['output'];
};

/** The settings of a bench. */
export type ConfigureBenchInput = {
  /** The bench. */
  benchId: Scalars['ID']['input'];
  /** MB of memory, at least 256; 0 for no limit. */
  memoryMb: Scalars['Int']['input'];
  /** The Node of revisions that are built from now on; those that are there keep theirs. Left as it is when not given. */
  node?: InputMaybe<Scalars['String']['input']>;
  /** The Python of revisions that are built from now on; those that are there keep theirs. Left as it is when not given. */
  python?: InputMaybe<Scalars['String']['input']>;
  /** Web workers of each revision, 1 to 32. */
  webWorkers: Scalars['Int']['input'];
  /** Background workers of each revision, 1 to 32. */
  workers: Scalars['Int']['input'];
};

/** The bench, and what was queued. */
export type ConfigureBenchPayload = {
  __typename?: 'ConfigureBenchPayload';
  /** Configures its revisions. */
  action: Action;
  /** The bench. */
  bench: Bench;
};

/** Changes of a site's configuration. */
export type ConfigureSiteInput = {
  /** Each key once. */
  changes: Array<ConfigChangeInput>;
  /** The site. */
  siteId: Scalars['ID']['input'];
};

/** The link of a sign-up. */
export type CopySignUpLinkPayload = {
  __typename?: 'CopySignUpLinkPayload';
  /** Works once, until it expires. */
  link: Scalars['String']['output'];
};

/** What a new token is for and may do. */
export type CreateApiTokenInput = {
  /** How many days it works; without it, until it is removed. */
  expiresInDays?: InputMaybe<Scalars['Int']['input']>;
  /** What the token is for. */
  name: Scalars['String']['input'];
  /** What it may do; at most one's own role. */
  role: Role;
};

/** The new token. */
export type CreateApiTokenPayload = {
  __typename?: 'CreateApiTokenPayload';
  /** Send it as `Authorization: Bearer …`. Shown this once. */
  token: Scalars['String']['output'];
};

/** A bench to create. */
export type CreateBenchInput = {
  /** In the order of installation; the first is frappe. */
  apps: Array<AppCommitInput>;
  /** MB of memory that the web processes of a revision may use, and its workers again, at least 256; 0 for no limit. */
  memoryMb?: Scalars['Int']['input'];
  /** A lower-case letter, then lower-case letters, digits and hyphens; 31 characters at most. */
  name: Scalars['String']['input'];
  /** `node`, which is the server's own, or the name of one of `nodeVersions`. */
  node?: Scalars['String']['input'];
  /** `python3`, or a version that the server has, such as `python3.11`. */
  python?: Scalars['String']['input'];
  /** The master that holds it. */
  serverId: Scalars['ID']['input'];
  /** Web workers of each revision, 1 to 32; 2 when left out. */
  webWorkers?: InputMaybe<Scalars['Int']['input']>;
  /** Background workers of each revision, 1 to 32; 1 when left out. */
  workers?: InputMaybe<Scalars['Int']['input']>;
};

/** The new bench, and what was queued. */
export type CreateBenchPayload = {
  __typename?: 'CreateBenchPayload';
  /** Builds its first revision. */
  action: Action;
  /** The bench. */
  bench: Bench;
};

/** A customer to put on record. */
export type CreateCustomerInput = {
  /** May be empty. */
  company?: Scalars['String']['input'];
  /** White space around it and capitals do not matter. */
  email: Scalars['String']['input'];
  /** Name of the person. */
  name: Scalars['String']['input'];
  /** Staff's own, up to 10,000 characters. */
  notes?: Scalars['String']['input'];
};

/** Two servers of the fleet that become a pair. */
export type CreatePairInput = {
  /** The server that is written to; it may hold benches already. */
  masterId: Scalars['ID']['input'];
  /** Lower-case letters, digits, dots and hyphens; unique among pairs. */
  name: Scalars['String']['input'];
  /** The server that becomes its copy; it may not hold any. */
  slaveId: Scalars['ID']['input'];
};

/** The new pair. */
export type CreatePairPayload = {
  __typename?: 'CreatePairPayload';
  /** Sets it up; the set-up of each server that is not ready is a part of it. */
  action: Action;
  /** The pair. */
  pair: Pair;
};

/** A plan to offer. */
export type CreatePlanInput = {
  /** Days from when a price is due until the site is suspended, 0 to 90. */
  graceDays: Scalars['Int']['input'];
  /** What it allows. */
  limits?: PlanLimitsInput;
  /** One line of up to 140 characters. */
  name: Scalars['String']['input'];
  /** For one month; 0 is free. */
  price: MoneyInput;
  /** Days before the first price is due, 0 to 365. */
  trialDays: Scalars['Int']['input'];
};

/** Which website. */
export type CreateSignUpTokenInput = {
  /** How many days it works; without it, until it is removed. */
  expiresInDays?: InputMaybe<Scalars['Int']['input']>;
  /** What the token is for. */
  name: Scalars['String']['input'];
};

/** The new token. */
export type CreateSignUpTokenPayload = {
  __typename?: 'CreateSignUpTokenPayload';
  /** Send it as `Authorization: Bearer …`. Shown this once. */
  token: Scalars['String']['output'];
};

/** A site to create. */
export type CreateSiteInput = {
  /** Apps to install besides the bench's first; all of them when left out. */
  apps?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The bench it will live on. Without it, the one on the server with the most room that has all of `apps`; see `placement`. */
  benchId?: InputMaybe<Scalars['ID']['input']>;
  /** Whose subscription of that plan begins. */
  customerId?: InputMaybe<Scalars['ID']['input']>;
  /** What its server has to be labelled with. Not together with a bench. */
  labels?: Array<Scalars['String']['input']>;
  /** The host name, at least two lower-case labels. */
  name: Scalars['String']['input'];
  /**
   * The plan that it is for, in place of a bench and of a subscription: one of `customerId` begins with the site, which goes
   * where there is most room, as those of sign-ups do. Nothing begins when it goes nowhere.
   */
  planId?: InputMaybe<Scalars['ID']['input']>;
  /** Where that one is to be, such as `fra1`; anywhere when empty. Not together with a bench. */
  region?: Scalars['String']['input'];
  /** The subscription that it is for, which is served and has no site yet. */
  subscriptionId?: InputMaybe<Scalars['ID']['input']>;
};

/** The new site, and what was queued. */
export type CreateSitePayload = {
  __typename?: 'CreateSitePayload';
  /** Creates it; its route follows. */
  action: Action;
  /** What the site's user Administrator signs in with. It is shown this once: Central forgets it when the site is there. */
  administratorPassword: Scalars['String']['output'];
  /** The site. */
  site: Site;
};

/** A subscription to begin. */
export type CreateSubscriptionInput = {
  /** Whose it is. */
  customerId: Scalars['ID']['input'];
  /** What it is of. */
  planId: Scalars['ID']['input'];
  /** The site that it is for, which has no other subscription that runs. */
  siteId?: InputMaybe<Scalars['ID']['input']>;
  /** For the history, up to 500 characters. */
  why?: Scalars['String']['input'];
};

/** Who subscribes. There is one for each e-mail address. */
export type Customer = {
  __typename?: 'Customer';
  /** May be empty. */
  company: Scalars['String']['output'];
  /** When it was put on record. */
  createdAt: Scalars['Time']['output'];
  /** In lower case. */
  email: Scalars['String']['output'];
  /** Its number. */
  id: Scalars['ID']['output'];
  /** Name of the person. */
  name: Scalars['String']['output'];
  /** Staff's own. */
  notes: Scalars['String']['output'];
  /** All sign-ups that this customer confirmed, newest first. */
  signUps: Array<SignUp>;
  /** All subscriptions, newest first. */
  subscriptions: Array<CustomerSubscription>;
  /** Counts changes; send it along with the next one. */
  version: Scalars['Int']['output'];
};

/** A page of customers. */
export type CustomerConnection = {
  __typename?: 'CustomerConnection';
  /** The customers of this page. */
  nodes: Array<Customer>;
  /** Where the page ends. */
  pageInfo: PageInfo;
  /** How many match in all. */
  totalCount: Scalars['Int']['output'];
};

/** Narrows a list of customers. */
export type CustomerFilter = {
  /** Part of the name, the e-mail address or the company. */
  search?: InputMaybe<Scalars['String']['input']>;
  /** Those with a subscription in one of these states. */
  states?: InputMaybe<Array<SubscriptionState>>;
};

/** The order of a list of customers. */
export type CustomerOrderBy = {
  /** From the end. */
  descending?: Scalars['Boolean']['input'];
  /** By what. */
  field?: CustomerOrderField;
};

/** What a list of customers is ordered by. */
export type CustomerOrderField =
  /** When it was put on record. */
  | 'CREATED'
  /** The e-mail address. */
  | 'EMAIL'
  /** The name. */
  | 'NAME';

/** The customer. */
export type CustomerPayload = {
  __typename?: 'CustomerPayload';
  /** As it is now. */
  customer: Customer;
};

/** One customer's use of one plan, for one site at most. */
export type CustomerSubscription = {
  __typename?: 'CustomerSubscription';
  /** When it is cancelled because somebody asked for that. */
  cancelAt?: Maybe<Scalars['Time']['output']>;
  /** What happened to it, newest first. */
  changes: Array<SubscriptionChange>;
  /** The site is suspended because of it, and by nobody else. */
  closedSite: Scalars['Boolean']['output'];
  /** When it began. */
  createdAt: Scalars['Time']['output'];
  /** Paid, and not used for a period yet. */
  credit: Money;
  /** Whose it is. */
  customer: Customer;
  /** When it was first paid. */
  firstPaidAt?: Maybe<Scalars['Time']['output']>;
  /** Its number. */
  id: Scalars['ID']['output'];
  /** Of what more is used than its plan allows, as it was last collected; empty when it has ended. */
  overLimits: Array<LimitExcess>;
  /** What was paid for it, newest first. */
  payments: Array<Payment>;
  /** Until when it is paid, or since when it is owed; null before the first period. */
  periodEndsAt?: Maybe<Scalars['Time']['output']>;
  /** What it is of. */
  plan: Plan;
  /** For one interval, as it was when the plan was chosen. */
  price: Money;
  /** What its customer is told by mail, newest first; when Central has no mail server, what staff has to tell. */
  reminders: Array<Reminder>;
  /** The site that it is for, if any. */
  site?: Maybe<Site>;
  /** Where it stands. */
  state: SubscriptionState;
  /** When the next state follows by itself; null for an archived one. */
  stateEndsAt?: Maybe<Scalars['Time']['output']>;
  /** Since when. */
  stateSince: Scalars['Time']['output'];
  /** When its trial ends or ended. */
  trialEndsAt: Scalars['Time']['output'];
  /** Counts changes; send it along with the next one. */
  version: Scalars['Int']['output'];
};


/** One customer's use of one plan, for one site at most. */
export type CustomerSubscriptionChangesArgs = {
  first?: Scalars['Int']['input'];
};


/** One customer's use of one plan, for one site at most. */
export type CustomerSubscriptionPaymentsArgs = {
  first?: Scalars['Int']['input'];
};


/** One customer's use of one plan, for one site at most. */
export type CustomerSubscriptionRemindersArgs = {
  first?: Scalars['Int']['input'];
};

/** How many there were on a day. */
export type DayCount = {
  __typename?: 'DayCount';
  /** How many. */
  count: Scalars['Int']['output'];
  /** The day, as in `2026-01-31`. */
  day: Scalars['String']['output'];
};

/** Moves chosen sites from the revisions they are on to new ones. */
export type Deploy = {
  __typename?: 'Deploy';
  /** The root of its tree of actions. */
  action: Action;
  /** Who asked for it. */
  actorName: Scalars['String']['output'];
  /** The revisions that it builds. */
  builds: Array<DeployBuild>;
  /** When it was asked for. */
  createdAt: Scalars['Time']['output'];
  /** When the last of it ended. */
  finishedAt?: Maybe<Scalars['Time']['output']>;
  /** Its number. */
  id: Scalars['ID']['output'];
  /** Sequence number of its newest event: subscribe after this one. */
  lastSeq: Scalars['Int']['output'];
  /** How it stands, in figures. */
  progress: DeployProgress;
  /** The apps it changes. */
  releases: Array<AppCommit>;
  /** The deploy whose failed sites this one tries again. */
  retryOf?: Maybe<Deploy>;
  /** The sites that were chosen, by name. */
  sites: Array<DeploySite>;
  /** On each server. */
  sitesAtOnce: Scalars['Int']['output'];
  /** Whether it goes on when a patch fails. */
  skipFailingPatches: Scalars['Boolean']['output'];
  /** When the first of its work began. */
  startedAt?: Maybe<Scalars['Time']['output']>;
  /** Its state. */
  status: DeployStatus;
  /** In words, such as `shop 1.2.0 to 5 sites`. */
  title: Scalars['String']['output'];
};

/** The building of one revision for a deploy. */
export type DeployBuild = {
  __typename?: 'DeployBuild';
  /** The action that builds it. */
  actionId: Scalars['ID']['output'];
  /** How far it has come, 0 to 100. */
  percent: Scalars['Int']['output'];
  /** What is built. */
  revisionId: Scalars['ID']['output'];
  /** Where. */
  serverId: Scalars['ID']['output'];
  /** The state of the action. */
  status: ActionStatus;
  /** The Ansible task being run. */
  task: Scalars['String']['output'];
};

/** A page of deploys. */
export type DeployConnection = {
  __typename?: 'DeployConnection';
  /** The deploys of this page. */
  nodes: Array<Deploy>;
  /** Where the page ends. */
  pageInfo: PageInfo;
  /** How many there are in all. */
  totalCount: Scalars['Int']['output'];
};

/** A change of a deploy: the figures, and the site or build that changed. */
export type DeployEvent = {
  __typename?: 'DeployEvent';
  /** When it happened. */
  at: Scalars['Time']['output'];
  /** The build that changed, as it is now; null when none did. */
  build?: Maybe<DeployBuild>;
  /** The figures after it. */
  progress: DeployProgress;
  /** Grows with every event of the deploy; pass the last one seen as `after`. */
  seq: Scalars['Int']['output'];
  /** The site that changed, as it is now; null when none did. */
  site?: Maybe<DeploySite>;
};

/** What a deploy would do; nothing is changed by asking. */
export type DeployPlan = {
  __typename?: 'DeployPlan';
  /** Sites that are on these commits already and would be left alone. */
  alreadyThere: Array<Scalars['String']['output']>;
  /** Until the last site is done. */
  expectedMinutes: Scalars['Float']['output'];
  /** What moves together. */
  groups: Array<PlanGroup>;
  /** What stands in the way, and what is worth knowing. */
  notes: Array<PlanNote>;
  /** Over all sites. */
  patches: Scalars['Int']['output'];
  /** How many sites would move. */
  siteCount: Scalars['Int']['output'];
};

/** The deploy to look at. */
export type DeployPlanInput = {
  /** The apps to change, each with a commit. */
  releases: Array<AppCommitInput>;
  /** Exactly these sites, at least one. */
  siteIds: Array<Scalars['ID']['input']>;
  /** On each server, 1 to 32. */
  sitesAtOnce?: Scalars['Int']['input'];
};

/** The whole of a deploy in figures. */
export type DeployProgress = {
  __typename?: 'DeployProgress';
  /** Sites that failed, and need a person. */
  broken: Scalars['Int']['output'];
  /** Sites left out because somebody cancelled. */
  cancelled: Scalars['Int']['output'];
  /** Sites on the new code. */
  done: Scalars['Int']['output'];
  /** When the last of it ended. */
  finishedAt?: Maybe<Scalars['Time']['output']>;
  /** Sites whose revision could not be built. */
  notStarted: Scalars['Int']['output'];
  /** Sites that failed, and are back on their old code and data. */
  rolledBack: Scalars['Int']['output'];
  /** Sites being worked on now. */
  running: Scalars['Int']['output'];
  /** About how long it still takes; null until there is something to judge by. */
  secondsLeft?: Maybe<Scalars['Int']['output']>;
  /** When the first of its work began. */
  startedAt?: Maybe<Scalars['Time']['output']>;
  /** The deploy's state. */
  status: DeployStatus;
  /** How many sites it is about. */
  total: Scalars['Int']['output'];
};

/** One site of a deploy: the frozen choice, and how it goes. */
export type DeploySite = {
  __typename?: 'DeploySite';
  /** The action that moves it; its output is this site's. */
  actionId: Scalars['ID']['output'];
  /** Such as the patch being run. */
  detail: Scalars['String']['output'];
  /** As in the `extensions.code` of an error; empty when nothing failed. */
  errorCode: Scalars['String']['output'];
  /** In a sentence. */
  errorMessage: Scalars['String']['output'];
  /** When it ended. */
  finishedAt?: Maybe<Scalars['Time']['output']>;
  /** The revision it was on. */
  fromRevisionId: Scalars['ID']['output'];
  /** Length of the finished maintenance window. */
  maintenanceSeconds?: Maybe<Scalars['Float']['output']>;
  /** Since when visitors see the maintenance page. */
  maintenanceSince?: Maybe<Scalars['Time']['output']>;
  /** How far it has come, 0 to 100. */
  percent: Scalars['Int']['output'];
  /** The master it lives on. */
  serverId: Scalars['ID']['output'];
  /** The site. */
  siteId: Scalars['ID']['output'];
  /** Its host name. */
  siteName: Scalars['String']['output'];
  /** Patches that failed and were skipped, as asked. */
  skippedPatches: Array<Scalars['String']['output']>;
  /** When work on it began. */
  startedAt?: Maybe<Scalars['Time']['output']>;
  /** Its state in this deploy. */
  status: DeploySiteStatus;
  /** What is done now, or was done last. */
  step: Scalars['String']['output'];
  /** The revision it moves to. */
  toRevisionId: Scalars['ID']['output'];
};

/** The state of one site in a deploy. */
export type DeploySiteStatus =
  /** Failed and could not be taken back: a person is needed. */
  | 'BROKEN'
  /** Left out, or taken back, because somebody cancelled. */
  | 'CANCELLED'
  /** On the new code, and checked to answer. */
  | 'DONE'
  /** Its revision could not be built. */
  | 'NOT_STARTED'
  /** Failed; back on its old code and data, and checked to answer. */
  | 'ROLLED_BACK'
  /** Is being worked on. */
  | 'RUNNING'
  /** Has not begun. */
  | 'WAITING';

/** A deploy. */
export type DeploySitesInput = {
  /** 1 to 100 characters of your own making; the same key never deploys twice. */
  idempotencyKey: Scalars['String']['input'];
  /** The apps to change, each with a commit; other apps stay at the commits each site has. */
  releases: Array<AppCommitInput>;
  /** Exactly these sites, at least one. */
  siteIds: Array<Scalars['ID']['input']>;
  /** On each server, 1 to 32. */
  sitesAtOnce?: Scalars['Int']['input'];
  /** Go on when a patch fails; the skipped ones are reported for each site. */
  skipFailingPatches?: Scalars['Boolean']['input'];
};

/** The deploy that was queued, or the one that the same key queued before. */
export type DeploySitesPayload = {
  __typename?: 'DeploySitesPayload';
  /** The deploy. */
  deploy: Deploy;
};

/** The state of a deploy as a whole. */
export type DeployStatus =
  /** Somebody cancelled it before all sites were done. */
  | 'CANCELLED'
  /** Nothing new starts; what runs comes to an end. */
  | 'CANCELLING'
  /** At least one site is not. */
  | 'FAILED'
  /** Nothing of it has begun. */
  | 'QUEUED'
  /** Some of it has begun. */
  | 'RUNNING'
  /** Every site is on the new code. */
  | 'SUCCEEDED';

/** How full a mounted file system is. */
export type DiskUse = {
  __typename?: 'DiskUse';
  /** Share of its inodes that is used, 0 to 1. */
  inodesRatio: Scalars['Float']['output'];
  /** Where it is mounted. */
  mount: Scalars['String']['output'];
  /** How large it is, in bytes. */
  sizeBytes: Scalars['Float']['output'];
  /** How much of it is used, in bytes. */
  usedBytes: Scalars['Float']['output'];
  /** Share of what ordinary programs may use, 0 to 1. */
  usedRatio: Scalars['Float']['output'];
};

/** Which pair to take apart. */
export type DissolvePairInput = {
  /** The pair's name. */
  confirmName: Scalars['String']['input'];
  /** The one of its servers that is gone for good, so that nothing is done on it; null when both are there. */
  goneServerId?: InputMaybe<Scalars['ID']['input']>;
  /** The pair. */
  pairId: Scalars['ID']['input'];
};

/** What was queued. */
export type DissolvePairPayload = {
  __typename?: 'DissolvePairPayload';
  /** Takes it apart. */
  action: Action;
  /** The pair, which is there until the action has succeeded. */
  pair: Pair;
};

/** A domain of a site. */
export type DomainInput = {
  /** The host name; for `setMainDomain`, empty for the site's own. */
  name: Scalars['String']['input'];
  /** The site. */
  siteId: Scalars['ID']['input'];
};

/** Where a domain stands. */
export type DomainState =
  /** It leads to its site. */
  | 'ACTIVE'
  /** The proxies and the server of its site are being told. */
  | 'ADDING'
  /** It leads nowhere soon. */
  | 'REMOVING';

/** Says which fields of an event matter. */
export type EventKind =
  /** On deploys only, see `deployProgress`. */
  | 'DEPLOY'
  /** One line of output. */
  | 'LINE'
  /** The percentage moved. */
  | 'PROGRESS'
  /** The action's state changed. */
  | 'STATUS'
  /** A step began or ended. */
  | 'STEP'
  /** One Ansible task on one host. */
  | 'TASK';

/** A longer trial. */
export type ExtendTrialInput = {
  /** From the end of the trial, or from now when it is over: 1 to 365. */
  days: Scalars['Int']['input'];
  /** The subscription. */
  subscriptionId: Scalars['ID']['input'];
  /** The one that was looked at; CONFLICT when the subscription has another. */
  version: Scalars['Int']['input'];
  /** For the history, up to 500 characters. */
  why?: Scalars['String']['input'];
};

/** Which pair to fail over. */
export type FailOverInput = {
  /** The pair's name, typed. */
  confirmName: Scalars['String']['input'];
  /** The pair. */
  pairId: Scalars['ID']['input'];
  /** Why; kept on record. */
  reason: Scalars['String']['input'];
};

/** What was queued. */
export type FailOverPayload = {
  __typename?: 'FailOverPayload';
  /** Carries the failover out. */
  action: Action;
  /** The pair, SWITCHING now. */
  pair: Pair;
};

/** Which app to look at. */
export type FetchReleasesInput = {
  /** The app. */
  appId: Scalars['ID']['input'];
};

/** What was queued. */
export type FetchReleasesPayload = {
  __typename?: 'FetchReleasesPayload';
  /** Fetches its releases. */
  action: Action;
  /** The app. */
  app: App;
};

/** What the team asks of its subscriptions. Days and months are those of UTC. */
export type Figures = {
  __typename?: 'Figures';
  /** When they were counted. */
  at: Scalars['Time']['output'];
  /** Who was won and lost, by month, oldest first. */
  churn: Array<ChurnMonth>;
  /** Subscriptions by the month in which they began, oldest first. */
  cohorts: Array<Cohort>;
  /** Customers with a subscription that has been paid for and is used. */
  payingCustomers: Scalars['Int']['output'];
  /** Monthly recurring revenue: the prices of subscriptions that have been paid for and are used, for each currency. */
  revenue: Array<Money>;
  /** Subscriptions by the day on which they began, oldest first. */
  signUps: Array<DayCount>;
  /** Subscriptions that are a trial. */
  trialsRunning: Scalars['Int']['output'];
};

/** A unit with processes of a bench. */
export type FoundProcess = {
  __typename?: 'FoundProcess';
  /** How many processes. */
  count: Scalars['Int']['output'];
  /** Such as supervisor.service. */
  unit: Scalars['String']['output'];
};

/** One change of the health of a server or a site. */
export type HealthChange = {
  __typename?: 'HealthChange';
  /** When. */
  at: Scalars['Time']['output'];
  /** The state before. */
  fromState: HealthState;
  /** Its number; later ones are higher. */
  id: Scalars['ID']['output'];
  /** The state after. */
  toState: HealthState;
  /** What was wrong; empty when nothing is any more. */
  why: Scalars['String']['output'];
};

/** How a server or a site does, as Central last saw it. */
export type HealthState =
  /** A server: reachable, with open alerts. */
  | 'DEGRADED'
  /** A server cannot be reached; a site does not answer as it should. */
  | 'DOWN'
  /** A site: closed by Central itself, for a move, a switchover, or because somebody asked for it. */
  | 'MAINTENANCE'
  /** A server: reachable, and nothing about it needs a person. */
  | 'OK'
  /** Not looked at yet, or not lately. */
  | 'UNKNOWN'
  /** A site: it answers. */
  | 'UP';

/** A host key as people compare it. */
export type HostKey = {
  __typename?: 'HostKey';
  /** As `ssh-keygen -l` prints it. */
  fingerprint: Scalars['String']['output'];
  /** Such as `ssh-ed25519`. */
  type: Scalars['String']['output'];
};

/** An app for a site. */
export type InstallAppInput = {
  /** An app of its bench. */
  app: Scalars['String']['input'];
  /** The site. */
  siteId: Scalars['ID']['input'];
};

/** What a certificate is for. */
export type IssueCertificateInput = {
  /** Host names of sites, or wildcards that cover some; at most 100. */
  names: Array<Scalars['String']['input']>;
};

/** What was queued. */
export type IssueCertificatePayload = {
  __typename?: 'IssueCertificatePayload';
  /** Gets it from the authority. */
  action: Action;
  /** The certificate, WAITING. */
  certificate: Certificate;
};

/** A route that a proxy does not have, because it would have spoilt the others. */
export type LeftOutRoute = {
  __typename?: 'LeftOutRoute';
  /** The host name. */
  host: Scalars['String']['output'];
  /** Why, as a sentence. */
  why: Scalars['String']['output'];
};

/** A machine that is to let Central in, and the password for it. */
export type LetCentralInInput = {
  /** IP address or DNS name. */
  address: Scalars['String']['input'];
  /** SHA256 fingerprint that the host key must have: a password is given to nobody else. */
  hostKeyFingerprint: Scalars['String']['input'];
  /** Of the user. It is used once and kept nowhere. */
  password: Scalars['String']['input'];
  /** Port of sshd. */
  port?: Scalars['Int']['input'];
  /** Who Central logs in as: root, or a user with sudo without a password. */
  user?: Scalars['String']['input'];
};

/** What Central found behind the door. */
export type LetCentralInPayload = {
  __typename?: 'LetCentralInPayload';
  /** What the machine is. */
  look: ServerLook;
};

/** That more is used of something than a plan allows. */
export type LimitExcess = {
  __typename?: 'LimitExcess';
  /** How much the plan allows. */
  allowed: Scalars['Float']['output'];
  /** Of what. */
  limit: LimitKind;
  /** Both in words. */
  sentence: Scalars['String']['output'];
  /** How much is used. */
  used: Scalars['Float']['output'];
};

/** One of the limits of a plan. */
export type LimitKind =
  /** Sites of one customer on the plan. */
  | 'SITES'
  /** Database and files, in bytes. */
  | 'STORAGE'
  /** People who can sign in. */
  | 'USERS';

/** Who signs in. */
export type LogInInput = {
  /** What the person is called here. */
  name: Scalars['String']['input'];
  /** The password, or the one-time password. */
  password: Scalars['String']['input'];
};

/** Who is signed in now. */
export type LogInPayload = {
  __typename?: 'LogInPayload';
  /** The person. */
  me: Actor;
};

/** That nobody is signed in any more. */
export type LogOutPayload = {
  __typename?: 'LogOutPayload';
  /** Always true: after this call nobody is signed in. */
  ok: Scalars['Boolean']['output'];
};

/** An amount of money. */
export type Money = {
  __typename?: 'Money';
  /** In minor units: 4900 in EUR is forty-nine euros. A whole number, which an Int may be too small for. */
  amount: Scalars['Float']['output'];
  /** ISO 4217, such as EUR. */
  currency: Scalars['String']['output'];
  /** As people write it: `49.00`. */
  decimal: Scalars['String']['output'];
};

/** An amount of money. */
export type MoneyInput = {
  /** In minor units, a whole number: 4900 in EUR is forty-nine euros. */
  amount: Scalars['Float']['input'];
  /** ISO 4217, such as EUR. */
  currency: Scalars['String']['input'];
};

/** Where a site is to go. */
export type MoveSiteInput = {
  /** The bench that it goes to. */
  benchId: Scalars['ID']['input'];
  /** The site. */
  siteId: Scalars['ID']['input'];
};

/** The site, and what was queued. */
export type MoveSitePayload = {
  __typename?: 'MoveSitePayload';
  /** Moves it. */
  action: Action;
  /** The site, still where it was. */
  site: Site;
};

/** A bench that a site may be moved to, or why not. */
export type MoveTarget = {
  __typename?: 'MoveTarget';
  /** The bench. */
  bench: Bench;
  /** Apps of the site's bench that this one has not. A site that has one of them installed is refused before anything is done. */
  lacks: Array<Scalars['String']['output']>;
  /** The code is newer than the site's, so the site is migrated. */
  migrates: Scalars['Boolean']['output'];
  /** Why the site cannot go there; empty when it can. */
  refused: Scalars['String']['output'];
  /** Its newest built code, which the site gets; null when it has none. */
  revision?: Maybe<Revision>;
  /** Share that is free of what the server has least of, 0 to 1; null when nobody knows. */
  room?: Maybe<Scalars['Float']['output']>;
  /** The site stays on its server: only its directory moves. */
  sameServer: Scalars['Boolean']['output'];
  /** For how many seconds the site will be closed, roughly. */
  seconds: Scalars['Float']['output'];
  /** The master that holds it. */
  server: Server;
  /** How many sites live on that server. */
  sites: Scalars['Int']['output'];
};

/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type Mutation = {
  __typename?: 'Mutation';
  /** Puts an app on record and fetches its releases. Needs ADMIN. */
  addApp: AddAppPayload;
  /**
   * Builds a revision that has the apps of a bench's newest one and one more. No site is moved: a deploy that names the app
   * takes sites there. Needs OPERATOR.
   */
  addBenchApp: AddBenchAppPayload;
  /** Lets a domain lead to a site: on the proxies, on its server and, if that is asked for, with a certificate. Needs OPERATOR. */
  addDomain: ChangeDomainsPayload;
  /**
   * Puts a server on record: connects, pins its host key, looks at it, and queues nothing. A machine that does not
   * fit its role is refused. Needs ADMIN.
   */
  addServer: AddServerPayload;
  /**
   * Takes over exactly the benches and sites that are named, as the server's latest scan found them. No running site is touched:
   * the benches go on serving until their sites are deployed. Needs ADMIN.
   */
  adoptBenches: AdoptBenchesPayload;
  /** Takes the last backup of a site and removes it from its server; it can be brought back by `restoreBackup`. Needs OPERATOR. */
  archiveSite: ArchiveSitePayload;
  /** Gives a subscription another site, or none. Needs OPERATOR. */
  assignSite: SubscriptionPayload;
  /** Backs a site up while it serves. Needs OPERATOR. */
  backUpSite: BackUpSitePayload;
  /** Starts no further part of a change of many sites. Needs OPERATOR. */
  cancelBulk: BulkPayload;
  /** Starts no further site; sites that have not moved yet are taken back, the others finish. Needs OPERATOR. */
  cancelDeploy: CancelDeployPayload;
  /** Ends a subscription. Needs OPERATOR. */
  cancelSubscription: SubscriptionPayload;
  /** Replaces one's own password. */
  changePassword: ChangePasswordPayload;
  /** Gives a subscription another plan, whose price counts from the next period on. Needs OPERATOR. */
  changePlan: SubscriptionPayload;
  /** Changes what people find a server by, and how much it does at once. Needs ADMIN. */
  changeServer: ChangeServerPayload;
  /** Changes exactly the chosen sites, as one action with a part for each. Needs OPERATOR. */
  changeSites: BulkPayload;
  /** Asks a server what it is, and whether it fits its role. Needs OPERATOR. */
  checkServer: ServerActionPayload;
  /** Closes a bench to new sites, or opens it again; what lives there goes on. Needs OPERATOR. */
  closeBench: CloseBenchPayload;
  /** Closes a plan for new subscriptions, or opens it again. Needs ADMIN. */
  closePlan: PlanPayload;
  /** Closes a server to new sites, or opens it again; what lives there goes on. Needs OPERATOR. */
  closeServer: CloseServerPayload;
  /** Asks that what a server's sites use is collected now; otherwise that is done once a day. Needs OPERATOR. */
  collectUsage: CollectUsagePayload;
  /**
   * Changes how many processes the revisions of a bench run and what memory they may use. The processes that change are
   * restarted, on the slave of a pair too. Another Python or Node is for revisions that are built from then on. Needs OPERATOR.
   */
  configureBench: ConfigureBenchPayload;
  /** Sets keys of a site's configuration, or removes them; the site has to answer afterwards, or they are as before. Needs OPERATOR. */
  configureSite: ChangeSitePayload;
  /** The link that confirms a sign-up, to be handed on by staff. Needs OPERATOR. */
  copySignUpLink: CopySignUpLinkPayload;
  /** Makes an API token for a script. Its secret is in this answer and nowhere else. */
  createApiToken: CreateApiTokenPayload;
  /** Creates a bench and queues the building of its first revision. Needs OPERATOR. */
  createBench: CreateBenchPayload;
  /** Puts a customer on record. Needs OPERATOR. */
  createCustomer: CustomerPayload;
  /**
   * Makes a pair of two servers and queues its whole set-up: each server that is not ready, then replication and
   * mirroring from the master to the slave. Whatever the slave's database holds has to be empty. Needs ADMIN.
   */
  createPair: CreatePairPayload;
  /** Offers a plan. Needs ADMIN. */
  createPlan: PlanPayload;
  /**
   * Makes an API token for the website, with the scope `signup:create`: it may call `signUp`, `verifySignUp` and
   * `signUpProgress`, and nothing else. Its secret is in this answer and nowhere else. Needs ADMIN.
   */
  createSignUpToken: CreateSignUpTokenPayload;
  /** Creates a site on its bench's newest revision: queues its creation and its route. Needs OPERATOR. */
  createSite: CreateSitePayload;
  /** Begins a trial of a plan. Needs OPERATOR. */
  createSubscription: SubscriptionPayload;
  /** Moves the chosen sites to new code. Needs OPERATOR. */
  deploySites: DeploySitesPayload;
  /**
   * Queues that the two servers of a pair stand alone again; then the pair is on record no more, and each may become part of
   * another one or be retired. Refused while they hold benches or sites. Needs ADMIN.
   */
  dissolvePair: DissolvePairPayload;
  /** Gives a trial more days, also one that is over and was never paid. Needs OPERATOR. */
  extendTrial: SubscriptionPayload;
  /**
   * Lets the slave of a pair take over without its master, which is fenced on every path that still works. What runs on
   * the master is ended; what had not arrived at the slave is lost. Needs ADMIN.
   */
  failOver: FailOverPayload;
  /** Fetches new releases of an app. Needs OPERATOR. */
  fetchReleases: FetchReleasesPayload;
  /** Installs an app of the bench on a site, which is closed meanwhile. Needs OPERATOR. */
  installApp: ChangeSitePayload;
  /** Queues the issue of a certificate, which is then renewed in time and installed on all proxies. Needs OPERATOR. */
  issueCertificate: IssueCertificatePayload;
  /**
   * Puts Central's public key on a machine, logging in once with a password, which is kept nowhere. Changes
   * nothing else there. Needs ADMIN.
   */
  letCentralIn: LetCentralInPayload;
  /** Signs a person in; the answer sets the session cookie. The only operation that needs no login. */
  logIn: LogInPayload;
  /** Ends the session. */
  logOut: LogOutPayload;
  /** Moves a site to another bench, on its server or on another one, where it gets the newest code. It serves while its files are copied, and is closed while its tables are. When anything fails before it has answered there, it is given back as it was. Needs OPERATOR. */
  moveSite: MoveSitePayload;
  /**
   * Accepts the host key that a server shows now in place of the pinned one, given its fingerprint as read on the
   * server's own console. The server has to be set up again before it is used. Needs ADMIN.
   */
  pinHostKey: PinHostKeyPayload;
  /** Shows what setting up a pair again would change on both of its servers, as diffs in the output. Needs OPERATOR. */
  previewPair: PreviewPairPayload;
  /**
   * Shows what setting a server up again would change, as diffs in the output; where it is part of a pair that is ready, also
   * what setting up the pair would change on both of its servers. Needs OPERATOR.
   */
  previewServer: ServerActionPayload;
  /** Starts a server anew, and waits until its services are up and its sites answer. Needs ADMIN. */
  rebootServer: ServerActionPayload;
  /** Queues the making of a pair's slave from nothing: all that its database holds is replaced. Needs ADMIN. */
  rebuildSlave: RebuildSlavePayload;
  /** Records money that came by another way than the payment provider. Needs OPERATOR. */
  recordPayment: RecordPaymentPayload;
  /** Queues every check of a switch, on record, without changing anything. Needs OPERATOR. */
  rehearseSwitch: RehearseSwitchPayload;
  /** Removes an app and its tables from a site, which is closed meanwhile; they are backed up first. Needs OPERATOR. */
  removeApp: ChangeSitePayload;
  /**
   * Removes one complete backup before its time: its files wherever they lie, and the key that opens it. The only one of an
   * archived site is refused unless `last` is true. Needs ADMIN.
   */
  removeBackup: RemoveBackupPayload;
  /** Forgets a certificate and its key, and removes it from all proxies. Needs ADMIN. */
  removeCertificate: RemoveCertificatePayload;
  /** Lets a domain lead to its site no longer; the certificate that was ordered for it alone goes with it. Needs OPERATOR. */
  removeDomain: ChangeDomainsPayload;
  /** Forgets a plan that nobody ever subscribed to. Needs ADMIN. */
  removePlan: RemovePlanPayload;
  /** Takes the policy of a plan or a bench away: what holds without it holds again. Needs ADMIN. */
  removeScopedBackupPolicy: RemoveScopedBackupPolicyPayload;
  /** Forgets one of your views. */
  removeView: RemoveViewPayload;
  /** Gives a site another host name; it is closed for about a second. The old name leads nowhere afterwards. Needs OPERATOR. */
  renameSite: RenameSitePayload;
  /**
   * Makes a new secret by which the app's repository announces that its branch has moved, with
   * `POST /webhooks/releases/{name}` signed as `X-Hub-Signature-256`. The one before it counts no longer. Needs ADMIN.
   */
  renewAppWebhook: RenewAppWebhookPayload;
  /** Has a certificate issued anew, before its time or after a failure. Needs OPERATOR. */
  renewCertificate: RenewCertificatePayload;
  /** Restarts one service, and asks the server's sites whether they answer. Needs ADMIN. */
  restartService: ServerActionPayload;
  /**
   * Restores a backup: over its own site, of which a fresh backup is taken first; as a new site; or, of a site that is
   * archived, where it was. Needs OPERATOR.
   */
  restoreBackup: RestoreBackupPayload;
  /** Goes on with a subscription that is suspended, cancelled or about to end. Needs OPERATOR. */
  resumeSubscription: SubscriptionPayload;
  /** Takes a bench without sites out of use and removes its revisions from the server. Needs ADMIN. */
  retireBench: RetireBenchPayload;
  /** Lets go of a server that holds nothing any more; its name and address become free. Needs ADMIN. */
  retireServer: ServerActionPayload;
  /** Does it again for exactly those sites of a change for which it did not succeed. Needs OPERATOR. */
  retryBulk: BulkPayload;
  /**
   * A new deploy of exactly the sites of an earlier one that were taken back, not started or cancelled; broken ones need
   * a person first. Needs OPERATOR.
   */
  retryDeploy: RetryDeployPayload;
  /** Tries again to make the site of a sign-up that failed. Needs OPERATOR. */
  retrySignUp: SignUpRefPayload;
  /**
   * Gives a server a new key of Central's, tries it, and only then removes the old one there. The replication of a pair that
   * the server is part of, and that is ready, gets a new password on both servers. Needs ADMIN.
   */
  rotateCredentials: ServerActionPayload;
  /** Keeps a view of a list for you, over one of the same name. */
  saveView: SaveViewPayload;
  /** Looks for benches on a server, set up or not, and changes nothing there. Needs ADMIN. */
  scanServer: ScanServerPayload;
  /** Sends the link of a sign-up again. Needs OPERATOR. */
  sendSignUpLink: SignUpRefPayload;
  /** Changes how an app's repository is entered. A deploy key is made anew each time. Needs ADMIN. */
  setAppAccess: SetAppAccessPayload;
  /** Changes when sites are backed up and how long backups are kept. Needs ADMIN. */
  setBackupPolicy: SetBackupPolicyPayload;
  /**
   * Has new backups copied to a storage behind an S3 API besides. An object is written, read and removed there first. What lies
   * in an earlier storage stays there and can be restored. Needs ADMIN.
   */
  setBackupStorage: SetBackupStoragePayload;
  /** Makes a domain, or the site's own name, what the site calls its own address. Needs OPERATOR. */
  setMainDomain: ChangeDomainsPayload;
  /** Gives a plan or a bench a policy of its own, or changes it. It holds over the fleet's, and a plan's over a bench's. Needs ADMIN. */
  setScopedBackupPolicy: SetScopedBackupPolicyPayload;
  /** Opens a site at the proxies, or closes it there, and queues the routes that bring it about. Needs OPERATOR. */
  setServing: SetServingPayload;
  /**
   * Says how many sites are to stand ready for a plan in a region: what is missing is made, what is too many is dropped. Needs
   * ADMIN.
   */
  setStandbyPool: SetStandbyPoolPayload;
  /**
   * Queues the set-up of a pair again, such as after a failure; a slave that follows stays as it is. Where the pair is set up
   * already, what that would change has to have been previewed. Needs ADMIN.
   */
  setUpPair: SetUpPairPayload;
  /**
   * Queues the plays that make a server what its role says. May be repeated at any time; where the server is set up already,
   * what that would change has to have been previewed. Needs ADMIN.
   */
  setUpServer: SetUpServerPayload;
  /** Makes a link that signs in to a site as its Administrator, once and within five minutes. Who asked for it and why is in the audit log. Needs OPERATOR. */
  signInToSite: SiteLogin;
  /**
   * Signs somebody up who filled in the website's form: the site's name is held, and a link is mailed that confirms the address.
   * Needs OPERATOR, or an API token with the scope `signup:create`.
   */
  signUp: SignUpPayload;
  /** Has new backups copied to no storage any more. What lies there stays, and can be restored. Needs ADMIN. */
  stopBackupStorage: StopBackupStoragePayload;
  /** Lets the slave of a pair take over while both servers are up. Nothing is lost. Needs ADMIN. */
  switchOver: SwitchOverPayload;
  /**
   * Tests a backup: it is restored beside its site, compared with what was backed up, and dropped. The site goes on. Needs
   * OPERATOR.
   */
  testRestore: TestRestorePayload;
  /** Changes a customer. Needs OPERATOR. */
  updateCustomer: CustomerPayload;
  /** Changes a plan: its price for subscriptions that begin from now on, its days and limits for all. Needs ADMIN. */
  updatePlan: PlanPayload;
  /** Installs security updates, and says what was updated and whether a reboot is needed. Needs ADMIN. */
  updateServer: ServerActionPayload;
  /**
   * Keeps a certificate of one's own and installs it on all proxies, in place of an earlier one for the same names. It is
   * checked first: the key is its own, the chain is in order, it has not expired, and it is for a site. Needs ADMIN.
   */
  uploadCertificate: UploadCertificatePayload;
  /**
   * Confirms the e-mail address of a sign-up by the token of its link, once: a trial begins, and a site is handed out or made.
   * Needs OPERATOR, or an API token with the scope `signup:create`.
   */
  verifySignUp: VerifySignUpPayload;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationAddAppArgs = {
  input: AddAppInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationAddBenchAppArgs = {
  input: AddBenchAppInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationAddDomainArgs = {
  input: AddDomainInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationAddServerArgs = {
  input: AddServerInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationAdoptBenchesArgs = {
  input: AdoptBenchesInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationArchiveSiteArgs = {
  input: ArchiveSiteInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationAssignSiteArgs = {
  input: AssignSiteInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationBackUpSiteArgs = {
  input: BackUpSiteInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationCancelBulkArgs = {
  input: CancelBulkInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationCancelDeployArgs = {
  input: CancelDeployInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationCancelSubscriptionArgs = {
  input: CancelSubscriptionInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationChangePasswordArgs = {
  input: ChangePasswordInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationChangePlanArgs = {
  input: ChangePlanInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationChangeServerArgs = {
  input: ChangeServerInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationChangeSitesArgs = {
  input: ChangeSitesInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationCheckServerArgs = {
  input: CheckServerInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationCloseBenchArgs = {
  input: CloseBenchInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationClosePlanArgs = {
  input: ClosePlanInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationCloseServerArgs = {
  input: CloseServerInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationCollectUsageArgs = {
  input: CollectUsageInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationConfigureBenchArgs = {
  input: ConfigureBenchInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationConfigureSiteArgs = {
  input: ConfigureSiteInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationCopySignUpLinkArgs = {
  input: SignUpRefInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationCreateApiTokenArgs = {
  input: CreateApiTokenInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationCreateBenchArgs = {
  input: CreateBenchInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationCreateCustomerArgs = {
  input: CreateCustomerInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationCreatePairArgs = {
  input: CreatePairInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationCreatePlanArgs = {
  input: CreatePlanInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationCreateSignUpTokenArgs = {
  input: CreateSignUpTokenInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationCreateSiteArgs = {
  input: CreateSiteInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationCreateSubscriptionArgs = {
  input: CreateSubscriptionInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationDeploySitesArgs = {
  input: DeploySitesInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationDissolvePairArgs = {
  input: DissolvePairInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationExtendTrialArgs = {
  input: ExtendTrialInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationFailOverArgs = {
  input: FailOverInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationFetchReleasesArgs = {
  input: FetchReleasesInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationInstallAppArgs = {
  input: InstallAppInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationIssueCertificateArgs = {
  input: IssueCertificateInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationLetCentralInArgs = {
  input: LetCentralInInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationLogInArgs = {
  input: LogInInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationMoveSiteArgs = {
  input: MoveSiteInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationPinHostKeyArgs = {
  input: PinHostKeyInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationPreviewPairArgs = {
  input: PreviewPairInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationPreviewServerArgs = {
  input: CheckServerInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationRebootServerArgs = {
  input: RebootServerInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationRebuildSlaveArgs = {
  input: RebuildSlaveInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationRecordPaymentArgs = {
  input: RecordPaymentInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationRehearseSwitchArgs = {
  input: RehearseSwitchInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationRemoveAppArgs = {
  input: RemoveAppInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationRemoveBackupArgs = {
  input: RemoveBackupInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationRemoveCertificateArgs = {
  input: RemoveCertificateInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationRemoveDomainArgs = {
  input: DomainInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationRemovePlanArgs = {
  input: RemovePlanInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationRemoveScopedBackupPolicyArgs = {
  input: RemoveScopedBackupPolicyInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationRemoveViewArgs = {
  input: RemoveViewInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationRenameSiteArgs = {
  input: RenameSiteInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationRenewAppWebhookArgs = {
  input: RenewAppWebhookInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationRenewCertificateArgs = {
  input: RenewCertificateInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationRestartServiceArgs = {
  input: RestartServiceInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationRestoreBackupArgs = {
  input: RestoreBackupInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationResumeSubscriptionArgs = {
  input: ResumeSubscriptionInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationRetireBenchArgs = {
  input: RetireBenchInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationRetireServerArgs = {
  input: RetireServerInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationRetryBulkArgs = {
  input: RetryBulkInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationRetryDeployArgs = {
  input: RetryDeployInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationRetrySignUpArgs = {
  input: SignUpRefInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationRotateCredentialsArgs = {
  input: CheckServerInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationSaveViewArgs = {
  input: SaveViewInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationScanServerArgs = {
  input: ScanServerInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationSendSignUpLinkArgs = {
  input: SignUpRefInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationSetAppAccessArgs = {
  input: SetAppAccessInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationSetBackupPolicyArgs = {
  input: SetBackupPolicyInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationSetBackupStorageArgs = {
  input: SetBackupStorageInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationSetMainDomainArgs = {
  input: DomainInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationSetScopedBackupPolicyArgs = {
  input: SetScopedBackupPolicyInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationSetServingArgs = {
  input: SetServingInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationSetStandbyPoolArgs = {
  input: SetStandbyPoolInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationSetUpPairArgs = {
  input: SetUpPairInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationSetUpServerArgs = {
  input: SetUpServerInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationSignInToSiteArgs = {
  input: SignInToSiteInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationSignUpArgs = {
  input: SignUpInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationSwitchOverArgs = {
  input: SwitchOverInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationTestRestoreArgs = {
  input: TestRestoreInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationUpdateCustomerArgs = {
  input: UpdateCustomerInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationUpdatePlanArgs = {
  input: UpdatePlanInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationUpdateServerArgs = {
  input: CheckServerInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationUploadCertificateArgs = {
  input: UploadCertificateInput;
};


/** Everything that can be changed. Each mutation is on record in the audit log before anything happens. */
export type MutationVerifySignUpArgs = {
  input: VerifySignUpInput;
};

/** A Node that benches may be given instead of their server's own. It comes from npm's registry, once for each server. */
export type NodeVersion = {
  __typename?: 'NodeVersion';
  /** As it is chosen, such as `node20`. */
  name: Scalars['String']['output'];
  /** Exactly, such as `20.20.2`. */
  version: Scalars['String']['output'];
};

/** Where a page of a list ends and whether there is more. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** Pass this as `after` to get the next page; null on an empty page. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether there is more. */
  hasNextPage: Scalars['Boolean']['output'];
};

/** A master and the slave that mirrors it: databases by replication, benches and files by rsync. */
export type Pair = {
  __typename?: 'Pair';
  /** What holds the pair now, such as its set-up or a switchover; null when nothing does. */
  busyAction?: Maybe<Action>;
  /** When it was put on record. */
  createdAt: Scalars['Time']['output'];
  /** Counts how often one of its servers was opened: 1 when the pair is made, higher with each switch, also with one that was taken back. Of its two servers, the one with the higher count is right. */
  epoch: Scalars['Int']['output'];
  /** Its number. */
  id: Scalars['ID']['output'];
  /** The server that is written to now. */
  master: Server;
  /** Unique among pairs. */
  name: Scalars['String']['output'];
  /**
   * Those of its servers whose host key was pinned anew since the other one was told: until the pair is set up again, no files
   * are mirrored and no backups fetched.
   */
  newHostKeys: Array<Server>;
  /** How its slave follows; null until it was looked at. */
  replication?: Maybe<Replication>;
  /** How it followed, oldest first: at most 289 points, since the pair was made. */
  samples: Array<ReplicationPoint>;
  /** The other one, whether it follows or not. */
  slave: Server;
  /** Its state. */
  status: PairStatus;
  /** A sentence, empty when all is well. */
  statusReason: Scalars['String']['output'];
  /** Its latest switches, newest first; 100 at most. */
  switches: Array<PairSwitch>;
};


/** A master and the slave that mirrors it: databases by replication, benches and files by rsync. */
export type PairSamplesArgs = {
  range: SampleRange;
};


/** A master and the slave that mirrors it: databases by replication, benches and files by rsync. */
export type PairSwitchesArgs = {
  first?: Scalars['Int']['input'];
};

/** What an action on a pair would do, in words. */
export type PairActionPlan = {
  __typename?: 'PairActionPlan';
  /** Whether the pair's name has to be typed. */
  confirm: Scalars['Boolean']['output'];
  /** One sentence for each thing that it does, in order. */
  does: Array<Scalars['String']['output']>;
  /** Whether a preview of its set-up has to be seen first. */
  needsPreview: Scalars['Boolean']['output'];
  /** What stands in the way (BLOCKING), and what is worth knowing (WARNING). */
  notes: Array<ServerNote>;
  /** The newest preview that `setUpPair` would take; null when there is none, or none is needed. */
  preview?: Maybe<Action>;
  /** In words, such as `Set up the pair north`. */
  title: Scalars['String']['output'];
};

/** Which action on which pair. */
export type PairActionPlanInput = {
  /** Of DISSOLVE_PAIR: the one of its servers that is gone for good. */
  goneServerId?: InputMaybe<Scalars['ID']['input']>;
  /** PREVIEW_PAIR, SET_UP_PAIR or DISSOLVE_PAIR. */
  kind: ActionKind;
  /** The pair. */
  pairId: Scalars['ID']['input'];
};

/** The state of a server pair. */
export type PairStatus =
  /** Its servers are being made servers alone again. */
  | 'DISSOLVING'
  /** Setting up, switching or taking apart failed; see `statusReason`. */
  | 'FAILED'
  /** The slave took over; the old master is out until it is rebuilt. */
  | 'FAILED_OVER'
  /** On record; nothing was done to its servers yet. */
  | 'NEW'
  /** The slave follows, and may take over. */
  | 'READY'
  /** Its slave is being made a copy of its master. */
  | 'SETTING_UP'
  /** The slave is taking over. */
  | 'SWITCHING';

/** One switch of a pair, on record. */
export type PairSwitch = {
  __typename?: 'PairSwitch';
  /** Its steps and its output. */
  action: Action;
  /** Who asked for it. */
  actorName: Scalars['String']['output'];
  /** For how long the sites did not answer, of a failover at most: since the master was last seen to work. Null when nobody can tell. */
  downtimeSeconds?: Maybe<Scalars['Float']['output']>;
  /** When it ended. */
  finishedAt?: Maybe<Scalars['Time']['output']>;
  /** The master until then. */
  from: Server;
  /** Its number. */
  id: Scalars['ID']['output'];
  /** Planned or forced. */
  kind: SwitchKind;
  /** What was or may be lost, in words; empty until it is known. */
  loss: Scalars['String']['output'];
  /** Why, in that person's words. */
  reason: Scalars['String']['output'];
  /** When it was asked for. */
  startedAt: Scalars['Time']['output'];
  /** Whether the slave took over. */
  switched: Scalars['Boolean']['output'];
  /** The slave until then. */
  to: Server;
};

/** Money that came for a subscription. Central records it; it moves no money. */
export type Payment = {
  __typename?: 'Payment';
  /** Name of who recorded it. */
  actorName: Scalars['String']['output'];
  /** Its number. */
  id: Scalars['ID']['output'];
  /** How much. */
  money: Money;
  /** Staff's own, or the provider's. */
  note: Scalars['String']['output'];
  /** How many periods were paid with it. */
  periods: Scalars['Int']['output'];
  /** When it came. */
  receivedAt: Scalars['Time']['output'];
  /** Who recorded it. */
  source: PaymentSource;
};

/** Who recorded a payment. */
export type PaymentSource =
  /** A person. */
  | 'HAND'
  /** The payment provider, by its webhook. */
  | 'PROVIDER';

/** Which key to accept. */
export type PinHostKeyInput = {
  /** SHA256 fingerprint, as `ssh-keygen -l -f /etc/ssh/ssh_host_ed25519_key.pub` prints it on the server. */
  hostKeyFingerprint: Scalars['String']['input'];
  /** The server whose key has changed. */
  serverId: Scalars['ID']['input'];
};

/** The server with its new key. */
export type PinHostKeyPayload = {
  __typename?: 'PinHostKeyPayload';
  /** NEW now, until it is set up again. */
  server: Server;
};

/** One bench that was looked at for a new site. */
export type PlacedBench = {
  __typename?: 'PlacedBench';
  /** Its number. */
  benchId: Scalars['ID']['output'];
  /** Its name. */
  benchName: Scalars['String']['output'];
  /** Why no new site goes there; empty when one may. */
  refused: Scalars['String']['output'];
  /** Where that stands; may be empty. */
  region: Scalars['String']['output'];
  /** Share that is free of what the server has least of, 0 to 1; null when it was refused. */
  room?: Maybe<Scalars['Float']['output']>;
  /** What that is; null when it was refused. */
  scarcest?: Maybe<Scarce>;
  /** Number of the master that holds it. */
  serverId: Scalars['ID']['output'];
  /** Name of the master that holds it. */
  serverName: Scalars['String']['output'];
  /** How many sites live on that server. */
  sites: Scalars['Int']['output'];
};

/** Where a new site would go, and why. */
export type Placement = {
  __typename?: 'Placement';
  /** All that were looked at: those that may take it by their room, then the others by name. */
  benches: Array<PlacedBench>;
  /** The bench that takes it; null when none does. */
  chosen?: Maybe<PlacedBench>;
  /** Why this one, or why none. */
  sentence: Scalars['String']['output'];
};

/** What a new site asks of the bench that it is put on. */
export type PlacementInput = {
  /** Apps that it has, all of them. */
  apps?: Array<Scalars['String']['input']>;
  /** What its server is labelled with, all of them. */
  labels?: Array<Scalars['String']['input']>;
  /** Where its server stands; anywhere when empty. */
  region?: Scalars['String']['input'];
};

/** What customers subscribe to. */
export type Plan = {
  __typename?: 'Plan';
  /** Nobody can subscribe to it any more; those who have go on. */
  closed: Scalars['Boolean']['output'];
  /** When it was put on record. */
  createdAt: Scalars['Time']['output'];
  /** Days from when a price is due until the site is suspended. */
  graceDays: Scalars['Int']['output'];
  /** Its number. */
  id: Scalars['ID']['output'];
  /** How long one price lasts. */
  interval: PlanInterval;
  /** What it allows. */
  limits: PlanLimits;
  /** Its name. */
  name: Scalars['String']['output'];
  /** Of subscriptions that begin now, for one interval; each keeps the price that it began with. */
  price: Money;
  /** How many subscriptions have it that have not ended. */
  subscriptionCount: Scalars['Int']['output'];
  /** Days before the first price is due. */
  trialDays: Scalars['Int']['output'];
  /** Counts changes; send it along with the next one. */
  version: Scalars['Int']['output'];
};

/** One bench's part of a plan: the sites that would move together to one revision. */
export type PlanGroup = {
  __typename?: 'PlanGroup';
  /** Each app of the new revision. */
  apps: Array<RevisionApp>;
  /** The bench. */
  benchId: Scalars['ID']['output'];
  /** Its name. */
  benchName: Scalars['String']['output'];
  /** The same commits are built already. */
  built: Scalars['Boolean']['output'];
  /** Building and moving, judged by what earlier ones took. */
  expectedMinutes: Scalars['Float']['output'];
  /** Which apps change, from where; `releasesBetween` says what lies between. Empty when only Python or Node does. */
  moves: Array<PlanMove>;
  /** The master it lives on. */
  serverId: Scalars['ID']['output'];
  /** Its name. */
  serverName: Scalars['String']['output'];
  /** The sites that would move. */
  sites: Array<PlanSite>;
  /** Living sites of the bench that are not chosen. */
  staysBehind: Scalars['Int']['output'];
};

/** How long one price lasts. */
export type PlanInterval =
  /** To the same day of the next month. */
  | 'MONTH';

/** What a subscription may use; null is no limit. */
export type PlanLimits = {
  __typename?: 'PlanLimits';
  /** Sites of one customer on this plan. */
  sites?: Maybe<Scalars['Int']['output']>;
  /** Database and files, in bytes. */
  storageBytes?: Maybe<Scalars['Float']['output']>;
  /** People who can sign in. */
  users?: Maybe<Scalars['Int']['output']>;
};

/** What a plan allows; what is left out has no limit. */
export type PlanLimitsInput = {
  /** Sites of one customer on this plan. */
  sites?: InputMaybe<Scalars['Int']['input']>;
  /** Database and files, in bytes. */
  storageBytes?: InputMaybe<Scalars['Float']['input']>;
  /** People who can sign in. */
  users?: InputMaybe<Scalars['Int']['input']>;
};

/** The way of one app in a group of a plan: from the commit that some of its sites have to the one that all get. */
export type PlanMove = {
  __typename?: 'PlanMove';
  /** The app's name. */
  app: Scalars['String']['output'];
  /** Whether it goes back to an older commit. */
  backwards: Scalars['Boolean']['output'];
  /** Where those sites are, 40 hexadecimal digits. */
  fromCommit: Scalars['String']['output'];
  /** The version there. */
  fromVersion: Scalars['String']['output'];
  /** How many sites of the group come from there. */
  sites: Scalars['Int']['output'];
  /** Where they would be. */
  toCommit: Scalars['String']['output'];
  /** The version there. */
  toVersion: Scalars['String']['output'];
};

/** Something to know before a deploy. */
export type PlanNote = {
  __typename?: 'PlanNote';
  /** As in the `extensions.code` of an error. */
  code: Scalars['String']['output'];
  /** Path of the input that it is about, such as `input.siteIds`; empty when it is about none. */
  field: Scalars['String']['output'];
  /** In a sentence. */
  message: Scalars['String']['output'];
  /** Whether it stands in the way. */
  severity: PlanSeverity;
  /** The site it is about; null when it is about all. */
  siteId?: Maybe<Scalars['ID']['output']>;
};

/** The plan. */
export type PlanPayload = {
  __typename?: 'PlanPayload';
  /** As it is now. */
  plan: Plan;
};

/** How much a note on a plan matters. */
export type PlanSeverity =
  /** The deploy would be refused. */
  | 'BLOCKING'
  /** Worth knowing. */
  | 'WARNING';

/** One site of a plan. */
export type PlanSite = {
  __typename?: 'PlanSite';
  /** Seconds in maintenance to expect. */
  expectedSeconds: Scalars['Float']['output'];
  /** The version it is on. */
  fromVersion: Scalars['String']['output'];
  /** How many patches its migration runs. */
  patches: Scalars['Int']['output'];
  /** The site. */
  siteId: Scalars['ID']['output'];
  /** Its host name. */
  siteName: Scalars['String']['output'];
  /** The version it would be on. */
  toVersion: Scalars['String']['output'];
};

/** Where the policy of a site comes from. */
export type PolicySource =
  /** Its bench. */
  | 'BENCH'
  /** The fleet, for all that have no other. */
  | 'FLEET'
  /** The plan of its newest subscription, which holds over all others. */
  | 'PLAN';

/** Which pair. */
export type PreviewPairInput = {
  /** The pair. */
  pairId: Scalars['ID']['input'];
};

/** What was queued. */
export type PreviewPairPayload = {
  __typename?: 'PreviewPairPayload';
  /** Shows what would change. */
  action: Action;
  /** The pair. */
  pair: Pair;
};

/** What Central has put on a proxy, and what it found there when it last looked. */
export type ProxyState = {
  __typename?: 'ProxyState';
  /** When Central last compared what is there with what it left. */
  checkedAt?: Maybe<Scalars['Time']['output']>;
  /** Settings that were found changed or missing; setting the server up again repairs them. */
  drifted: Array<Scalars['String']['output']>;
  /** Routes that it does not have. */
  leftOut: Array<LeftOutRoute>;
  /** How many routes it has. */
  routes: Scalars['Int']['output'];
};

/** Everything that can be asked. */
export type Query = {
  __typename?: 'Query';
  /** One action. */
  action?: Maybe<Action>;
  /** Actions, newest first. */
  actions: ActionConnection;
  /** Alerts, newest first; among open ones the critical come first. `first` is 1 to 1000. */
  alerts: Array<Alert>;
  /** The tables that would go with an app, as the framework says just now. Needs OPERATOR. */
  appTables: Array<AppTable>;
  /** All apps, by name. */
  apps: Array<App>;
  /** The audit log, newest first. */
  auditLog: AuditConnection;
  /** When sites are backed up by themselves, and how long backups are kept. */
  backupPolicy: BackupPolicy;
  /** What the removal of a backup would do, and what stands in its way. Changes nothing. */
  backupRemovalPlan: BackupRemovalPlan;
  /** The S3 storage that new backups are copied to; null while there is none. */
  backupStorage?: Maybe<BackupStorage>;
  /** The backups of a site, newest first, 500 at most. */
  backups: Array<Backup>;
  /** One bench, null when there is none with this id. Retired ones are found too. */
  bench?: Maybe<Bench>;
  /** One look at a server; null when there is none of that number. */
  benchScan?: Maybe<BenchScan>;
  /** All benches, by name. */
  benches: Array<Bench>;
  /** What changeSites with this input would do. */
  bulkPlan: BulkPlan;
  /** How this Central gets certificates. */
  certificateSettings: CertificateSettings;
  /** All certificates; those that end first come first, those that were never issued last. */
  certificates: Array<Certificate>;
  /** One customer; null when there is none with this number. */
  customer?: Maybe<Customer>;
  /** Customers, a page at a time; `first` is 1 to 1000. */
  customers: CustomerConnection;
  /** One deploy. */
  deploy?: Maybe<Deploy>;
  /** What deploySites with these sites and releases would do. */
  deployPlan: DeployPlan;
  /** Deploys, newest first. */
  deploys: DeployConnection;
  /** What the team asks of its subscriptions. */
  figures: Figures;
  /** Logs in to a machine that has let Central in, and looks at it. Changes nothing. Needs ADMIN. */
  lookAtServer: ServerLook;
  /** Who is asking. */
  me: Actor;
  /** Where a site may be moved: the benches that take it, by room, then the others with the reason. */
  moveTargets: Array<MoveTarget>;
  /** The versions of Node that a bench may have besides its server's own, oldest first. */
  nodeVersions: Array<NodeVersion>;
  /** One pair; null when there is none of that number. */
  pair?: Maybe<Pair>;
  /** What an action on a pair would do and what stands in its way. Changes nothing. */
  pairActionPlan: PairActionPlan;
  /** All pairs, by name. */
  pairs: Array<Pair>;
  /** Where a new site would go now. Changes nothing. */
  placement: Placement;
  /** All plans by name, the closed ones last. */
  plans: Array<Plan>;
  /** Asks a machine for its host keys, before any login. Limited to a few tries a minute. Needs ADMIN. */
  probeServer: ServerProbe;
  /** The line to put into a new server's authorized_keys, so that Central may log in. */
  publicKey: Scalars['String']['output'];
  /** The newest releases of one app (by name) or of all, newest first; at most 200. */
  releases: Array<Release>;
  /**
   * What lies between two commits of an app's branch. Errs with UNKNOWN_COMMIT for a commit that the branch does not hold, and
   * with INVALID when `to` is older than `from`.
   */
  releasesBetween: ReleaseRange;
  /** What a restore would do, and what stands in its way. Changes nothing. */
  restorePlan: RestorePlan;
  /** Your own views of a list, by name. */
  savedViews: Array<SavedView>;
  /** The policies of plans and benches, which hold over the fleet's. */
  scopedBackupPolicies: Array<ScopedBackupPolicy>;
  /** One server; null when there is none of that number. */
  server?: Maybe<Server>;
  /** What an action on a server would do and what stands in its way. Changes nothing. */
  serverActionPlan: ServerActionPlan;
  /** All servers, by name, but for those that Central has let go of. */
  servers: Array<Server>;
  /** Sign-ups, a page at a time, newest first; `first` is 1 to 1000. */
  signUps: SignUpConnection;
  /** One site; null when there is none with this number. */
  site?: Maybe<Site>;
  /** The apps of a site's revision, in the bench's order, and which of them the site has, as its server says just now. Needs OPERATOR. */
  siteApps: Array<SiteApp>;
  /** The ids of all sites that match, for an explicit choice of all of them. */
  siteIds: Array<Scalars['ID']['output']>;
  /** The versions that sites are on now, for the filter. */
  siteVersions: Array<Scalars['String']['output']>;
  /** Sites, a page at a time; `first` is 1 to 1000. */
  sites: SiteConnection;
  /** All pools of sites that stand ready. */
  standbyPools: Array<StandbyPool>;
  /** One subscription; null when there is none with this number. */
  subscription?: Maybe<CustomerSubscription>;
  /** Subscriptions, a page at a time; `first` is 1 to 1000. */
  subscriptions: SubscriptionConnection;
  /** Looks at both servers of a pair and says what a switch would meet. Changes nothing. Needs OPERATOR. */
  switchPlan: SwitchPlan;
};


/** Everything that can be asked. */
export type QueryActionArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QueryActionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ActionFilter>;
  first?: Scalars['Int']['input'];
};


/** Everything that can be asked. */
export type QueryAlertsArgs = {
  first?: Scalars['Int']['input'];
  open?: Scalars['Boolean']['input'];
};


/** Everything that can be asked. */
export type QueryAppTablesArgs = {
  app: Scalars['String']['input'];
  siteId: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QueryAuditLogArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};


/** Everything that can be asked. */
export type QueryBackupRemovalPlanArgs = {
  input: BackupRemovalPlanInput;
};


/** Everything that can be asked. */
export type QueryBackupsArgs = {
  gone?: Scalars['Boolean']['input'];
  siteId: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QueryBenchArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QueryBenchScanArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QueryBulkPlanArgs = {
  input: BulkPlanInput;
};


/** Everything that can be asked. */
export type QueryCustomerArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QueryCustomersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<CustomerFilter>;
  first?: Scalars['Int']['input'];
  orderBy?: InputMaybe<CustomerOrderBy>;
};


/** Everything that can be asked. */
export type QueryDeployArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QueryDeployPlanArgs = {
  input: DeployPlanInput;
};


/** Everything that can be asked. */
export type QueryDeploysArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};


/** Everything that can be asked. */
export type QueryFiguresArgs = {
  days?: Scalars['Int']['input'];
  months?: Scalars['Int']['input'];
};


/** Everything that can be asked. */
export type QueryLookAtServerArgs = {
  input: ServerEntryInput;
};


/** Everything that can be asked. */
export type QueryMoveTargetsArgs = {
  siteId: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QueryPairArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QueryPairActionPlanArgs = {
  input: PairActionPlanInput;
};


/** Everything that can be asked. */
export type QueryPlacementArgs = {
  input: PlacementInput;
};


/** Everything that can be asked. */
export type QueryProbeServerArgs = {
  address: Scalars['String']['input'];
  port?: Scalars['Int']['input'];
};


/** Everything that can be asked. */
export type QueryReleasesArgs = {
  app?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};


/** Everything that can be asked. */
export type QueryReleasesBetweenArgs = {
  app: Scalars['String']['input'];
  first?: Scalars['Int']['input'];
  from: Scalars['String']['input'];
  to?: InputMaybe<Scalars['String']['input']>;
};


/** Everything that can be asked. */
export type QueryRestorePlanArgs = {
  input: RestorePlanInput;
};


/** Everything that can be asked. */
export type QuerySavedViewsArgs = {
  page: ViewPage;
};


/** Everything that can be asked. */
export type QueryServerArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QueryServerActionPlanArgs = {
  input: ServerActionPlanInput;
};


/** Everything that can be asked. */
export type QueryServersArgs = {
  retired?: Scalars['Boolean']['input'];
};


/** Everything that can be asked. */
export type QuerySignUpsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SignUpFilter>;
  first?: Scalars['Int']['input'];
};


/** Everything that can be asked. */
export type QuerySiteArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QuerySiteAppsArgs = {
  siteId: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QuerySiteIdsArgs = {
  filter: SiteFilter;
};


/** Everything that can be asked. */
export type QuerySitesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SiteFilter>;
  first?: Scalars['Int']['input'];
  orderBy?: InputMaybe<SiteOrderBy>;
};


/** Everything that can be asked. */
export type QuerySubscriptionArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QuerySubscriptionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SubscriptionFilter>;
  first?: Scalars['Int']['input'];
  orderBy?: InputMaybe<SubscriptionOrderBy>;
};


/** Everything that can be asked. */
export type QuerySwitchPlanArgs = {
  kind: SwitchKind;
  pairId: Scalars['ID']['input'];
};

/** Which server to start anew. */
export type RebootServerInput = {
  /** The server's name. */
  confirmName: Scalars['String']['input'];
  /** The server. */
  serverId: Scalars['ID']['input'];
  /** Although it is the master of a pair whose slave could take its sites. */
  withSites?: Scalars['Boolean']['input'];
};

/** Which pair's slave to rebuild. */
export type RebuildSlaveInput = {
  /** The pair's name, typed to confirm that the data of its slave is replaced. */
  confirmName: Scalars['String']['input'];
  /** The pair. */
  pairId: Scalars['ID']['input'];
};

/** What was queued. */
export type RebuildSlavePayload = {
  __typename?: 'RebuildSlavePayload';
  /** Rebuilds the slave. */
  action: Action;
  /** The pair. */
  pair: Pair;
};

/** Money that came. */
export type RecordPaymentInput = {
  /** 1 to 100 bytes, a new one for each payment: the same key again records nothing twice. */
  idempotencyKey: Scalars['String']['input'];
  /** How much, in the currency of the subscription's price. */
  money: MoneyInput;
  /** Up to 500 characters. */
  note?: Scalars['String']['input'];
  /** When it came; now when left out. */
  receivedAt?: InputMaybe<Scalars['Time']['input']>;
  /** What it is for. */
  subscriptionId: Scalars['ID']['input'];
};

/** What was recorded. */
export type RecordPaymentPayload = {
  __typename?: 'RecordPaymentPayload';
  /** The payment. */
  payment: Payment;
  /** As it is now. */
  subscription: CustomerSubscription;
};

/** What to rehearse. */
export type RehearseSwitchInput = {
  /** Planned or forced. */
  kind: SwitchKind;
  /** The pair. */
  pairId: Scalars['ID']['input'];
};

/** What was queued. */
export type RehearseSwitchPayload = {
  __typename?: 'RehearseSwitchPayload';
  /** Runs the checks. */
  action: Action;
  /** The pair. */
  pair: Pair;
};

/** One commit of an app. */
export type Release = {
  __typename?: 'Release';
  /** The app it is of. */
  app: App;
  /** Who wrote the commit. */
  author: Scalars['String']['output'];
  /** When it was written. */
  authoredAt: Scalars['Time']['output'];
  /** 40 hexadecimal digits. */
  commit: Scalars['String']['output'];
  /** Its number. */
  id: Scalars['ID']['output'];
  /** Lines that this commit added to patches.txt. */
  patches: Array<Scalars['String']['output']>;
  /** Place on the branch, the oldest commit is 0. */
  position: Scalars['Int']['output'];
  /** First line of the commit message. */
  subject: Scalars['String']['output'];
  /** What a deploy of it has to do besides changing code, such as `2 patches`, `schema` and `hooks`. */
  touches: Array<Scalars['String']['output']>;
  /** The package's version at this commit. */
  version: Scalars['String']['output'];
};

/** The releases of an app's branch after one commit up to another, and what they touch as a whole. */
export type ReleaseRange = {
  __typename?: 'ReleaseRange';
  /** The app they are of. */
  app: App;
  /** How many there are; 0 when both commits are the same. */
  count: Scalars['Int']['output'];
  /** The commit they follow; it is not among them. */
  from: Release;
  /** Whether one of them touches a hooks.py. */
  hooks: Scalars['Boolean']['output'];
  /** How many lines they added to patches.txt. */
  patches: Scalars['Int']['output'];
  /** The newest of them, newest first; as many as were asked for. */
  releases: Array<Release>;
  /** Whether one of them touches a doctype, fixtures or custom fields. */
  schema: Scalars['Boolean']['output'];
  /** The last of them. */
  to: Release;
  /** The same in a few words, such as `2 patches`, `schema` and `hooks`. */
  touches: Array<Scalars['String']['output']>;
};

/** A message for the customer of a subscription. */
export type Reminder = {
  __typename?: 'Reminder';
  /** When it became due. */
  dueAt: Scalars['Time']['output'];
  /** Its number. */
  id: Scalars['ID']['output'];
  /** What it says. */
  kind: ReminderKind;
  /** What became of it. */
  mail: ReminderMail;
  /** When it was sent; null when it was not. */
  sentAt?: Maybe<Scalars['Time']['output']>;
  /** Why it was not sent, and what to do about it; empty when it was, or just waits its turn. */
  sentence: Scalars['String']['output'];
};

/** What a customer is to be told. */
export type ReminderKind =
  /** The subscription is cancelled in 7 days. */
  | 'CANCELLATION_NEAR'
  /** The subscription is cancelled. */
  | 'CANCELLED'
  /** The site is suspended in a day. */
  | 'GRACE_ENDS'
  /** A price is due. */
  | 'PAST_DUE'
  /** The paid period ends in 3 days. */
  | 'PERIOD_ENDS'
  /** The site is suspended. */
  | 'SUSPENDED'
  /** The trial ends in 7 days, or in one. */
  | 'TRIAL_ENDS';

/** What became of a reminder. */
export type ReminderMail =
  /** Given up. */
  | 'FAILED'
  /** No longer true when its turn came, such as after a payment; never sent. */
  | 'OUTDATED'
  /** Sent. */
  | 'SENT'
  /** To be sent or, where no mail server is set, to be told by staff. */
  | 'WAITING';

/** An app to remove from a site. */
export type RemoveAppInput = {
  /** The app. */
  app: Scalars['String']['input'];
  /** The site's name, to confirm. */
  confirmName: Scalars['String']['input'];
  /** The site. */
  siteId: Scalars['ID']['input'];
};

/** The backup to remove. */
export type RemoveBackupInput = {
  /** The backup; it has to be complete. */
  backupId: Scalars['ID']['input'];
  /** The host name that its site had then, to confirm. */
  confirmName: Scalars['String']['input'];
  /** Also when it is the only one of an archived site, which cannot be brought back afterwards. */
  last?: Scalars['Boolean']['input'];
};

/** What was queued. */
export type RemoveBackupPayload = {
  __typename?: 'RemoveBackupPayload';
  /** Removes its files. */
  action: Action;
  /** The backup, REMOVING. */
  backup: Backup;
};

/** Which certificate to remove. */
export type RemoveCertificateInput = {
  /** The certificate. */
  certificateId: Scalars['ID']['input'];
  /** The first of its names, to confirm. */
  confirmName: Scalars['String']['input'];
};

/** What was queued. */
export type RemoveCertificatePayload = {
  __typename?: 'RemoveCertificatePayload';
  /** One for each proxy. */
  actions: Array<Action>;
};

/** Which plan to remove. */
export type RemovePlanInput = {
  /** The plan. */
  planId: Scalars['ID']['input'];
};

/** Which plan is gone. */
export type RemovePlanPayload = {
  __typename?: 'RemovePlanPayload';
  /** Its number. */
  planId: Scalars['ID']['output'];
};

/** Whose policy is taken away: one of both is given. */
export type RemoveScopedBackupPolicyInput = {
  /** The bench. */
  benchId?: InputMaybe<Scalars['ID']['input']>;
  /** The plan. */
  planId?: InputMaybe<Scalars['ID']['input']>;
};

/** What holds without it. */
export type RemoveScopedBackupPolicyPayload = {
  __typename?: 'RemoveScopedBackupPolicyPayload';
  /** The policies of plans and benches that are left. */
  policies: Array<ScopedBackupPolicy>;
};

/** A view to forget. */
export type RemoveViewInput = {
  /** The view. */
  viewId: Scalars['ID']['input'];
};

/** What was forgotten. */
export type RemoveViewPayload = {
  __typename?: 'RemoveViewPayload';
  /** The view's number. */
  viewId: Scalars['ID']['output'];
};

/** Another host name for a site. */
export type RenameSiteInput = {
  /** The host name that it gets. */
  name: Scalars['String']['input'];
  /** The site. */
  siteId: Scalars['ID']['input'];
};

/** The site, and what was queued. */
export type RenameSitePayload = {
  __typename?: 'RenameSitePayload';
  /** Renames it. */
  action: Action;
  /** The site, still under its old name. */
  site: Site;
};

/** Which app is to announce its releases. */
export type RenewAppWebhookInput = {
  /** The app. */
  appId: Scalars['ID']['input'];
};

/** The new secret. */
export type RenewAppWebhookPayload = {
  __typename?: 'RenewAppWebhookPayload';
  /** The app. */
  app: App;
  /** What the repository signs with. It is shown this once. */
  secret: Scalars['String']['output'];
};

/** Which certificate to renew. */
export type RenewCertificateInput = {
  /** The certificate. */
  certificateId: Scalars['ID']['input'];
};

/** What was queued. */
export type RenewCertificatePayload = {
  __typename?: 'RenewCertificatePayload';
  /** Gets its successor from the authority. */
  action: Action;
  /** The certificate. */
  certificate: Certificate;
};

/** How the slave of a pair follows its master, as of the last look at it. */
export type Replication = {
  __typename?: 'Replication';
  /** When it was looked at. */
  at: Scalars['Time']['output'];
  /** Whether it receives what the master writes. */
  ioRunning: Scalars['Boolean']['output'];
  /** Seconds behind the master; null while that is not known. */
  lagSeconds?: Maybe<Scalars['Float']['output']>;
  /** What stopped it; empty when nothing did. */
  lastError: Scalars['String']['output'];
  /** How far the master has written; empty until it was looked at. */
  masterGtid: Scalars['String']['output'];
  /** When the last complete mirroring of the files began; null when there was none. */
  mirroredAt?: Maybe<Scalars['Time']['output']>;
  /** How far the slave has applied it. */
  slaveGtid: Scalars['String']['output'];
  /** Whether it applies what it received. */
  sqlRunning: Scalars['Boolean']['output'];
};

/**
 * One point of a pair's charts: how its slave followed during a step, whichever of the two servers that was. Steps in which no
 * slave was looked at are left out.
 */
export type ReplicationPoint = {
  __typename?: 'ReplicationPoint';
  /** Share of the looks at which it applied that, 0 to 1. */
  appliesRatio: Scalars['Float']['output'];
  /** Beginning of the step. */
  at: Scalars['Time']['output'];
  /** Seconds behind the master; null when it never said. */
  lagSeconds?: Maybe<Scalars['Float']['output']>;
  /** The longest. */
  lagSecondsMax?: Maybe<Scalars['Float']['output']>;
  /** Seconds since the last complete mirroring of the files began; null before there was one. */
  mirrorAge?: Maybe<Scalars['Float']['output']>;
  /** The longest. */
  mirrorAgeMax?: Maybe<Scalars['Float']['output']>;
  /** GTID that it had come to at the last look; empty when it did not say. */
  position: Scalars['String']['output'];
  /** Share of the looks at which the slave received what its master wrote, 0 to 1. */
  receivesRatio: Scalars['Float']['output'];
};

/** Which service of which server. */
export type RestartServiceInput = {
  /** The server's name, where the plan says so. */
  confirmName?: InputMaybe<Scalars['String']['input']>;
  /** The server. */
  serverId: Scalars['ID']['input'];
  /** One of its `services`. */
  service: ServerService;
};

/** What is to be restored, and where: over its site, or as a new one. */
export type RestoreBackupInput = {
  /** The backup; it has to be complete. */
  backupId: Scalars['ID']['input'];
  /** The bench that the new site is to live on. */
  benchId?: InputMaybe<Scalars['ID']['input']>;
  /** Host name of a new site. */
  newName?: InputMaybe<Scalars['String']['input']>;
  /** The site whose tables and files are replaced, or that is brought back. The backup has to be of it. */
  siteId?: InputMaybe<Scalars['ID']['input']>;
};

/** What was queued. */
export type RestoreBackupPayload = {
  __typename?: 'RestoreBackupPayload';
  /** Restores it. */
  action: Action;
  /** The site. */
  site: Site;
};

/** What a restore would do. */
export type RestorePlan = {
  __typename?: 'RestorePlan';
  /** One sentence for each thing, in order. */
  does: Array<Scalars['String']['output']>;
  /** Whether the tables are migrated to the code that the site will be on. */
  migrates: Scalars['Boolean']['output'];
  /** What stands in its way, and what is worth knowing. */
  notes: Array<ServerNote>;
  /** In words. */
  title: Scalars['String']['output'];
};

/** What would be restored, and where: over its site, or as a new one. */
export type RestorePlanInput = {
  /** The backup. */
  backupId: Scalars['ID']['input'];
  /** The bench that the new site would live on. */
  benchId?: InputMaybe<Scalars['ID']['input']>;
  /** Host name of a new site. */
  newName?: InputMaybe<Scalars['String']['input']>;
  /** The site whose tables and files would be replaced, or that would be brought back. */
  siteId?: InputMaybe<Scalars['ID']['input']>;
};

/** A subscription to go on with. */
export type ResumeSubscriptionInput = {
  /** The subscription. */
  subscriptionId: Scalars['ID']['input'];
  /** The one that was looked at; CONFLICT when the subscription has another. */
  version: Scalars['Int']['input'];
  /** For the history, up to 500 characters. */
  why?: Scalars['String']['input'];
};

/** Which bench is to be retired. */
export type RetireBenchInput = {
  /** The bench. */
  benchId: Scalars['ID']['input'];
  /** Its name, typed to confirm. */
  confirmName: Scalars['String']['input'];
};

/** The bench as it is now. */
export type RetireBenchPayload = {
  __typename?: 'RetireBenchPayload';
  /** The bench. */
  bench: Bench;
};

/** Which server to let go of. */
export type RetireServerInput = {
  /** Remove what Central put there, its key last. Without it nothing is done on the machine, which may be gone. */
  cleanUp?: Scalars['Boolean']['input'];
  /** The server's name. */
  confirmName: Scalars['String']['input'];
  /** The server. */
  serverId: Scalars['ID']['input'];
};

/** A change of many sites that did not succeed for all. */
export type RetryBulkInput = {
  /** The action that holds its parts together. */
  actionId: Scalars['ID']['input'];
  /** Of the client's making; the same key does the same thing once. */
  idempotencyKey: Scalars['String']['input'];
};

/** Which deploy to try again. */
export type RetryDeployInput = {
  /** A deploy that has ended. */
  deployId: Scalars['ID']['input'];
  /** 1 to 100 characters of your own making. */
  idempotencyKey: Scalars['String']['input'];
};

/** The new deploy. */
export type RetryDeployPayload = {
  __typename?: 'RetryDeployPayload';
  /** The deploy. */
  deploy: Deploy;
};

/** One built directory of a bench: each app at one exact commit. Immutable once READY. */
export type Revision = {
  __typename?: 'Revision';
  /** It stands for a bench that was made by hand: Central moves sites out of it, and leaves it alone otherwise. */
  adopted: Scalars['Boolean']['output'];
  /** Each app at its commit, in the bench's order. */
  apps: Array<RevisionApp>;
  /** The bench it is of. */
  bench: Bench;
  /** When its building was queued. */
  createdAt: Scalars['Time']['output'];
  /** Its number. */
  id: Scalars['ID']['output'];
  /** Whether it has the Python and the Node that its bench gives to new revisions. */
  madeForBench: Scalars['Boolean']['output'];
  /** r1, r2, … within its bench. */
  name: Scalars['String']['output'];
  /** The exact version of its Node; empty for the server's own. */
  node: Scalars['String']['output'];
  /** The directory of a bench that was made by hand and adopted; empty for what Central built. */
  path: Scalars['String']['output'];
  /** The interpreter of its environment. */
  python: Scalars['String']['output'];
  /** How many sites live on it. */
  siteCount: Scalars['Int']['output'];
  /** The state of its directory. */
  status: RevisionStatus;
  /** A sentence, empty when all is well. */
  statusReason: Scalars['String']['output'];
  /** Of its last app, such as `erpnext 15.43.0`. */
  version: Scalars['String']['output'];
};

/** One app of a revision. */
export type RevisionApp = {
  __typename?: 'RevisionApp';
  /** The app's name. */
  app: Scalars['String']['output'];
  /** How many releases its branch has had since; null when the branch does not hold the commit. */
  behind?: Maybe<Scalars['Int']['output']>;
  /** 40 hexadecimal digits. */
  commit: Scalars['String']['output'];
  /** Its repository did not have the commit when the bench was adopted. */
  local: Scalars['Boolean']['output'];
  /** The package's version at this commit. */
  version: Scalars['String']['output'];
};

/** The state of a revision's directory on its server. */
export type RevisionStatus =
  /** Its building is queued or running. */
  | 'BUILDING'
  /** Could not be built. */
  | 'FAILED'
  /** Complete; sites may live on it. */
  | 'READY'
  /** Gone from its server. */
  | 'REMOVED';

/** What somebody may do; each role includes the ones before it. */
export type Role =
  /** Servers, apps and people too. */
  | 'ADMIN'
  /** Benches, sites and deploys. */
  | 'OPERATOR'
  /** Sees everything, changes nothing. */
  | 'VIEWER';

/** How much of the past a chart shows. */
export type SampleRange =
  /** The last 24 hours, a point every 5 minutes. */
  | 'DAY'
  /** The last 30 days, a point every 3 hours. */
  | 'MONTH';

/** A view to keep. */
export type SaveViewInput = {
  /** What it is called, in at most 60 characters. */
  name: Scalars['String']['input'];
  /** The list. */
  page: ViewPage;
  /** The query of the list's address, without its question mark. */
  search: Scalars['String']['input'];
};

/** The view that is kept. */
export type SaveViewPayload = {
  __typename?: 'SaveViewPayload';
  /** The view. */
  view: SavedView;
};

/** How one person likes to look at a list, under a name. */
export type SavedView = {
  __typename?: 'SavedView';
  /** Its number. */
  id: Scalars['ID']['output'];
  /** What it is called. */
  name: Scalars['String']['output'];
  /** The list that it is of. */
  page: ViewPage;
  /** The query of the list's address, without its question mark. */
  search: Scalars['String']['output'];
};

/** An app of a bench that was found. */
export type ScanApp = {
  __typename?: 'ScanApp';
  /** Its repository, as Central writes addresses; never with a password. */
  address: Scalars['String']['output'];
  /** The package's name. */
  app: Scalars['String']['output'];
  /** The branch that is checked out; empty when none is. */
  branch: Scalars['String']['output'];
  /** 40 hexadecimal digits; empty when it is no repository. */
  commit: Scalars['String']['output'];
  /** What is odd about it. */
  notes: Array<ScanNote>;
  /** What Central knows of it. */
  standing: AppStanding;
  /** The package's version. */
  version: Scalars['String']['output'];
};

/** A bench that was found. */
export type ScanBench = {
  __typename?: 'ScanBench';
  /** It is on record already; more of its sites may be adopted. */
  adopted: Scalars['Boolean']['output'];
  /** Its apps, in its order. */
  apps: Array<ScanApp>;
  /** The name it has in Central, or could have. */
  name: Scalars['String']['output'];
  /** What is odd about it. */
  notes: Array<ScanNote>;
  /** The Unix user it belongs to. */
  owner: Scalars['String']['output'];
  /** Its directory. */
  path: Scalars['String']['output'];
  /** The units of systemd that its processes run in. */
  processes: Array<FoundProcess>;
  /** Such as python3.11; empty when it could not be told. */
  python: Scalars['String']['output'];
  /** Where its Redis for the cache listens; 0 when it has none. */
  redisCachePort: Scalars['Int']['output'];
  /** Where its Redis for the queue listens; 0 when it has none. */
  redisQueuePort: Scalars['Int']['output'];
  /** Its sites, by name. */
  sites: Array<ScanSite>;
  /** Where its web process listens. */
  webPort: Scalars['Int']['output'];
};

/** How much a note on what was found matters. */
export type ScanNote = {
  __typename?: 'ScanNote';
  /** A sentence. */
  message: Scalars['String']['output'];
  /** What is BLOCKING cannot be adopted as it is. */
  severity: PlanSeverity;
};

/** What a scan found. */
export type ScanReport = {
  __typename?: 'ScanReport';
  /** The benches, by path. */
  benches: Array<ScanBench>;
  /** About the server as a whole. */
  notes: Array<ScanNote>;
};

/** Which server to look at. */
export type ScanServerInput = {
  /** A master. */
  serverId: Scalars['ID']['input'];
};

/** What was queued. */
export type ScanServerPayload = {
  __typename?: 'ScanServerPayload';
  /** Looks. */
  action: Action;
  /** What will be found. */
  scan: BenchScan;
};

/** A site of a bench that was found. */
export type ScanSite = {
  __typename?: 'ScanSite';
  /** The apps that its database says are installed. */
  apps: Array<Scalars['String']['output']>;
  /** The name of its database. */
  database: Scalars['String']['output'];
  /** Bytes of its tables and indexes. */
  databaseBytes: Scalars['Float']['output'];
  /** Bytes of its files; -1 when it took too long to tell. */
  fileBytes: Scalars['Float']['output'];
  /** Central has a site of this name. */
  known: Scalars['Boolean']['output'];
  /** It is in maintenance. */
  maintenance: Scalars['Boolean']['output'];
  /** Its host name. */
  name: Scalars['String']['output'];
  /** What is odd about it. */
  notes: Array<ScanNote>;
  /** How it answers on port 80 of its server; 0 when it does not. */
  status: Scalars['Int']['output'];
};

/** What a server may have least of. */
export type Scarce =
  /** Its processor, by the load of the last minute. */
  | 'CPU'
  /** Its fullest disk. */
  | 'DISK'
  /** Its memory. */
  | 'MEMORY'
  /** The number of sites that it is good for. */
  | 'SITES';

/** The policy of a plan or a bench, which holds over the fleet's. */
export type ScopedBackupPolicy = {
  __typename?: 'ScopedBackupPolicy';
  /** The bench whose sites it is for; null for that of a plan. */
  bench?: Maybe<Bench>;
  /** The plan whose sites it is for; null for that of a bench. */
  plan?: Maybe<Plan>;
  /** The policy; how often restores are tested is the fleet's. */
  policy: BackupPolicy;
};

/** A machine that Central reaches by SSH. */
export type Server = {
  __typename?: 'Server';
  /** How many actions may run on it at the same time. */
  actionsAtOnce: Scalars['Int']['output'];
  /** IP address or DNS name. */
  address: Scalars['String']['output'];
  /** It ran benches before Central came: settings of its database and web server are left as they are. */
  adopted: Scalars['Boolean']['output'];
  /** Its open alerts, critical ones first. */
  alerts: Array<Alert>;
  /** The latest look for benches, if there was one. */
  benchScan?: Maybe<BenchScan>;
  /** The benches it holds, by name. */
  benches: Array<Bench>;
  /** The last changes of its health, newest first; `first` is 1 to 1000. */
  changes: Array<HealthChange>;
  /** No new site goes there. */
  closedToSites: Scalars['Boolean']['output'];
  /** In the words of who closed it; may be empty. */
  closedWhy: Scalars['String']['output'];
  /** When it was put on record. */
  createdAt: Scalars['Time']['output'];
  /** What the machine said of itself; null until it was asked. */
  facts?: Maybe<ServerFacts>;
  /** When it said so. */
  factsAt?: Maybe<Scalars['Time']['output']>;
  /** How it does now. */
  health: ServerHealth;
  /** SHA256 fingerprint of the pinned host key, as `ssh-keygen -l` prints it. */
  hostKeyFingerprint: Scalars['String']['output'];
  /** Its number. */
  id: Scalars['ID']['output'];
  /** What people find it by, sorted. */
  labels: Array<Scalars['String']['output']>;
  /** Unique in the fleet. */
  name: Scalars['String']['output'];
  /** What of that does not fit its role, or is worth knowing. */
  notes: Array<ServerNote>;
  /** The pair that it is part of, if any. */
  pair?: Maybe<Pair>;
  /** Port of sshd. */
  port: Scalars['Int']['output'];
  /** What Central has put on it, on a proxy that was given something. */
  proxy?: Maybe<ProxyState>;
  /** Where it stands, such as `fra1`; may be empty. */
  region: Scalars['String']['output'];
  /** What it is for. */
  role: ServerRole;
  /** The points of its charts, oldest first; steps without a look are left out. */
  samples: Array<ServerPoint>;
  /** Which of its services may be restarted. */
  services: Array<ServerService>;
  /** How many sites live on it. */
  siteCount: Scalars['Int']['output'];
  /** What Central last knew of it. */
  status: ServerStatus;
  /** A sentence, empty when all is well. */
  statusReason: Scalars['String']['output'];
  /** Who Central logs in as. */
  user: Scalars['String']['output'];
};


/** A machine that Central reaches by SSH. */
export type ServerChangesArgs = {
  first?: Scalars['Int']['input'];
};


/** A machine that Central reaches by SSH. */
export type ServerSamplesArgs = {
  range?: SampleRange;
};

/** What was queued. */
export type ServerActionPayload = {
  __typename?: 'ServerActionPayload';
  /** Does it. */
  action: Action;
  /** The server. */
  server: Server;
};

/** What an action on a server would do, in words. */
export type ServerActionPlan = {
  __typename?: 'ServerActionPlan';
  /** Whether the server's name has to be typed. */
  confirm: Scalars['Boolean']['output'];
  /** One sentence for each thing that it does, in order. */
  does: Array<Scalars['String']['output']>;
  /** How many seconds those are down, roughly. */
  downtimeSeconds: Scalars['Float']['output'];
  /** Whether a preview of its set-up has to be seen first. */
  needsPreview: Scalars['Boolean']['output'];
  /** What stands in the way (BLOCKING), and what is worth knowing (WARNING). */
  notes: Array<ServerNote>;
  /** The newest preview that `setUpServer` would take; null when there is none, or none is needed. */
  preview?: Maybe<Action>;
  /** How many sites it concerns. */
  sites: Scalars['Int']['output'];
  /** In words, such as `Reboot m-01`. */
  title: Scalars['String']['output'];
};

/** Which action on which server. */
export type ServerActionPlanInput = {
  /** Of RETIRE_SERVER: remove what Central put there. */
  cleanUp?: Scalars['Boolean']['input'];
  /**
   * SET_UP_SERVER, CHECK_SERVER, PREVIEW_SERVER, UPDATE_SERVER, RESTART_SERVICE, REBOOT_SERVER, ROTATE_CREDENTIALS or
   * RETIRE_SERVER.
   */
  kind: ActionKind;
  /** The server. */
  serverId: Scalars['ID']['input'];
  /** Of RESTART_SERVICE: which. */
  service?: InputMaybe<ServerService>;
  /** Of REBOOT_SERVER: although it is the master of a pair. */
  withSites?: Scalars['Boolean']['input'];
};

/** One mounted file system of a machine. */
export type ServerDisk = {
  __typename?: 'ServerDisk';
  /** Bytes that are free. */
  freeBytes: Scalars['Float']['output'];
  /** Where it is mounted, such as `/`. */
  mount: Scalars['String']['output'];
  /** Bytes in all. */
  sizeBytes: Scalars['Float']['output'];
};

/** How a machine that is new to Central is reached. */
export type ServerEntryInput = {
  /** IP address or DNS name. */
  address: Scalars['String']['input'];
  /** SHA256 fingerprint that the host key must have. */
  hostKeyFingerprint: Scalars['String']['input'];
  /** Port of sshd. */
  port?: Scalars['Int']['input'];
  /** Who Central logs in as: root, or a user with sudo without a password. */
  user?: Scalars['String']['input'];
};

/** What a machine says of itself. */
export type ServerFacts = {
  __typename?: 'ServerFacts';
  /** Such as `x86_64`. */
  architecture: Scalars['String']['output'];
  /** Seconds that its clock is ahead of Central's. */
  clockOffset: Scalars['Float']['output'];
  /** Whether it shares memory and kernel with others. */
  container: Scalars['Boolean']['output'];
  /** How many processors it has. */
  cpus: Scalars['Int']['output'];
  /** Its file systems, as far as Central may write to them. */
  disks: Array<ServerDisk>;
  /** Such as `debian`. */
  distribution: Scalars['String']['output'];
  /** Such as `6.1.0-44-amd64`. */
  kernel: Scalars['String']['output'];
  /** Its memory in bytes. */
  memoryBytes: Scalars['Float']['output'];
  /** Such as `Debian GNU/Linux 12 (bookworm)`. */
  os: Scalars['String']['output'];
  /** Whether it has the Python that Ansible needs. */
  python: Scalars['Boolean']['output'];
  /** Whether updates wait for it to be started anew. */
  rebootNeeded: Scalars['Boolean']['output'];
  /** Such as `12`. */
  version: Scalars['String']['output'];
};

/** How a server does now. Central looks at each server that is ready every 30 seconds. */
export type ServerHealth = {
  __typename?: 'ServerHealth';
  /** When it was last looked at, whether it could be reached or not; null before the first look. */
  at?: Maybe<Scalars['Time']['output']>;
  /** What the last look that reached it found; null when none did yet. It is older than `at` when the server is down. */
  latest?: Maybe<ServerSample>;
  /** A sentence for each thing that is wrong. */
  reasons: Array<Scalars['String']['output']>;
  /** Since when; null before the first look. */
  since?: Maybe<Scalars['Time']['output']>;
  /** OK, DEGRADED, DOWN or UNKNOWN. */
  state: HealthState;
};

/** What Central finds when it logs in to a machine. */
export type ServerLook = {
  __typename?: 'ServerLook';
  /** What the machine says of itself. */
  facts: ServerFacts;
  /** What does not fit a role, or is worth knowing; what blocks comes first. */
  notes: Array<ServerNote>;
};


/** What Central finds when it logs in to a machine. */
export type ServerLookNotesArgs = {
  role: ServerRole;
};

/** Something to know about a server before something is done with it. */
export type ServerNote = {
  __typename?: 'ServerNote';
  /** As in the `extensions.code` of an error. */
  code: Scalars['String']['output'];
  /** The input field it is about, such as `input.address`. */
  field: Scalars['String']['output'];
  /** What is so and, where possible, what to do. */
  message: Scalars['String']['output'];
  /** BLOCKING stands in the way, WARNING is worth knowing. */
  severity: PlanSeverity;
};

/** One point of a server's charts: means over its step, and the highest. Figures are null where no look reached the server. */
export type ServerPoint = {
  __typename?: 'ServerPoint';
  /** Beginning of the step. */
  at: Scalars['Time']['output'];
  /** How many processors it had. */
  cpus?: Maybe<Scalars['Int']['output']>;
  /** Share of the fullest file system, 0 to 1. */
  diskUsed?: Maybe<Scalars['Float']['output']>;
  /** The highest. */
  diskUsedMax?: Maybe<Scalars['Float']['output']>;
  /** Processes that run or wait to run. */
  load1?: Maybe<Scalars['Float']['output']>;
  /** The highest. */
  load1Max?: Maybe<Scalars['Float']['output']>;
  /** Memory in all, in bytes. */
  memoryTotal?: Maybe<Scalars['Float']['output']>;
  /** Memory used, in bytes. */
  memoryUsed?: Maybe<Scalars['Float']['output']>;
  /** The highest. */
  memoryUsedMax?: Maybe<Scalars['Float']['output']>;
  /** Seconds behind the master; null unless it follows one. */
  replicationLag?: Maybe<Scalars['Float']['output']>;
  /** The longest. */
  replicationLagMax?: Maybe<Scalars['Float']['output']>;
  /** Share of the looks that reached the server, 0 to 1. */
  upRatio: Scalars['Float']['output'];
};

/** What a machine shows of itself before anybody logs in. */
export type ServerProbe = {
  __typename?: 'ServerProbe';
  /** Its host keys, to be compared with what its own console says; the first would be pinned. */
  hostKeys: Array<HostKey>;
  /** The server of the fleet that is at this address and port, or shows one of these keys; null when it is new. */
  takenBy?: Maybe<Server>;
};

/** What a server is for. */
export type ServerRole =
  /** Holds benches and their databases. */
  | 'MASTER'
  /** Routes each host name to the master of its site. */
  | 'PROXY'
  /** Mirrors a master, ready to take over. */
  | 'SLAVE';

/** What one look at a server found. */
export type ServerSample = {
  __typename?: 'ServerSample';
  /** When. */
  at: Scalars['Time']['output'];
  /** The certificate on it that expires first; null where there is none. */
  certificate?: Maybe<CertificateEnd>;
  /** How many processors it has. */
  cpus: Scalars['Int']['output'];
  /** Its mounted file systems. */
  disks: Array<DiskUse>;
  /** Processes that run or wait to run, over the last minute. */
  load1: Scalars['Float']['output'];
  /** Memory in all, in bytes. */
  memoryTotal: Scalars['Float']['output'];
  /** Memory that is not available to programs that ask for more, in bytes. */
  memoryUsed: Scalars['Float']['output'];
  /** The services that matter for its role. */
  services: Array<ServiceState>;
  /** Seconds since it was started. */
  uptimeSeconds: Scalars['Float']['output'];
};

/** A service of a server that may be restarted; there is no other. */
export type ServerService =
  /** The processes of every bench on a master or slave. */
  | 'BENCHES'
  /** The database of a master or slave. */
  | 'MARIADB'
  /** The web server. */
  | 'NGINX'
  /** The remote shell. */
  | 'SSH';

/** What Central last knew of a server. */
export type ServerStatus =
  /** A play failed; see `statusReason`. */
  | 'FAILED'
  /** It shows another host key than the pinned one; everything on it is stopped. */
  | 'HOST_KEY_CHANGED'
  /** On record; nothing was done to it yet. */
  | 'NEW'
  /** Set up and usable. */
  | 'READY'
  /** Central has let go of it; it is only kept on record. */
  | 'RETIRED'
  /** Its plays are queued or running. */
  | 'SETTING_UP';

/** A systemd unit and its state. */
export type ServiceState = {
  __typename?: 'ServiceState';
  /** Such as `mariadb.service`. */
  name: Scalars['String']['output'];
  /** As systemd calls it: `active`, `inactive`, `failed`, `activating`, or `not-found`. */
  state: Scalars['String']['output'];
};

/** How an app's repository is to be entered. */
export type SetAppAccessInput = {
  /** How. */
  access: AppAccess;
  /** The app. */
  appId: Scalars['ID']['input'];
  /** The token, for the access TOKEN. It is kept encrypted and never shown. */
  token?: InputMaybe<Scalars['String']['input']>;
  /** The user that the token is of; `git` when left out. */
  user?: InputMaybe<Scalars['String']['input']>;
};

/** The app as it is now. */
export type SetAppAccessPayload = {
  __typename?: 'SetAppAccessPayload';
  /** The app. */
  app: App;
};

/** When sites are backed up by themselves, and how long backups are kept. */
export type SetBackupPolicyInput = {
  /** Days that those are kept which a restore took of what it replaced. */
  beforeRestoreDays: Scalars['Int']['input'];
  /** Hours between two scheduled backups of a site; 0 for none. */
  everyHours: Scalars['Int']['input'];
  /** Days that the last one of an archived site is kept. */
  finalDays: Scalars['Int']['input'];
  /** and besides the newest of each of so many days that have one, */
  keepDaily: Scalars['Int']['input'];
  /** The newest scheduled ones that are kept, */
  keepLast: Scalars['Int']['input'];
  /** and months. */
  keepMonthly: Scalars['Int']['input'];
  /** weeks, */
  keepWeekly: Scalars['Int']['input'];
  /** Days that those are kept which somebody asked for. */
  manualDays: Scalars['Int']['input'];
  /** Days between two tests of a restore; 0 for none. */
  testDays: Scalars['Int']['input'];
};

/** The policy as it is now. */
export type SetBackupPolicyPayload = {
  __typename?: 'SetBackupPolicyPayload';
  /** The policy. */
  policy: BackupPolicy;
};

/** Where backups are to be copied to. */
export type SetBackupStorageInput = {
  /** The access key. */
  accessKey: Scalars['String']['input'];
  /** The bucket, which exists. */
  bucket: Scalars['String']['input'];
  /** Address of the API, such as `https://s3.example.com`; the bucket is not part of it. */
  endpoint: Scalars['String']['input'];
  /** Before the names of all objects, such as `central/`. */
  prefix?: Scalars['String']['input'];
  /** Its region; `us-east-1` when empty, which storages without regions take. */
  region?: Scalars['String']['input'];
  /** The secret key. It is stored encrypted and never shown. */
  secretKey: Scalars['String']['input'];
};

/** The storage that was tried and is in use. */
export type SetBackupStoragePayload = {
  __typename?: 'SetBackupStoragePayload';
  /** The storage. */
  storage: BackupStorage;
};

/** A policy of a plan or of a bench: one of both is given. */
export type SetScopedBackupPolicyInput = {
  /** Days that those are kept which a restore took of what it replaced. */
  beforeRestoreDays: Scalars['Int']['input'];
  /** The bench whose sites it is for. */
  benchId?: InputMaybe<Scalars['ID']['input']>;
  /** Hours between two scheduled backups of a site; 0 for none. */
  everyHours: Scalars['Int']['input'];
  /** Days that the last one of an archived site is kept. */
  finalDays: Scalars['Int']['input'];
  /** and besides the newest of each of so many days that have one, */
  keepDaily: Scalars['Int']['input'];
  /** The newest scheduled ones that are kept, */
  keepLast: Scalars['Int']['input'];
  /** and months. */
  keepMonthly: Scalars['Int']['input'];
  /** weeks, */
  keepWeekly: Scalars['Int']['input'];
  /** Days that those are kept which somebody asked for. */
  manualDays: Scalars['Int']['input'];
  /** The plan whose sites it is for. */
  planId?: InputMaybe<Scalars['ID']['input']>;
};

/** The policy as it is now. */
export type SetScopedBackupPolicyPayload = {
  __typename?: 'SetScopedBackupPolicyPayload';
  /** The policy. */
  policy: ScopedBackupPolicy;
};

/** How a site is served. */
export type SetServingInput = {
  /** What the proxies do with its visitors from now on. */
  serving: SiteServing;
  /** The site. */
  siteId: Scalars['ID']['input'];
};

/** The site, and what was queued. */
export type SetServingPayload = {
  __typename?: 'SetServingPayload';
  /** One for each proxy. */
  actions: Array<Action>;
  /** The site. */
  site: Site;
};

/** How many sites are to stand ready. */
export type SetStandbyPoolInput = {
  /** For whom: those who sign up for this plan. */
  planId: Scalars['ID']['input'];
  /** Where, such as `fra1`; anywhere when empty. */
  region?: Scalars['String']['input'];
  /** How many; 0 for none. */
  size: Scalars['Int']['input'];
};

/** The pool. */
export type SetStandbyPoolPayload = {
  __typename?: 'SetStandbyPoolPayload';
  /** As it is now; its sites follow within seconds. */
  pool: StandbyPool;
};

/** Which pair to set up again. */
export type SetUpPairInput = {
  /** The pair. */
  pairId: Scalars['ID']['input'];
  /**
   * The PREVIEW_PAIR action that was looked at. Needed where the pair and both servers are READY and none has a new host key: it has to have succeeded
   * within the last hour, with no set-up, rebuild or switch of the pair since.
   */
  previewId?: InputMaybe<Scalars['ID']['input']>;
};

/** What was queued. */
export type SetUpPairPayload = {
  __typename?: 'SetUpPairPayload';
  /** Sets it up. */
  action: Action;
  /** The pair. */
  pair: Pair;
};

/** Which server to set up. */
export type SetUpServerInput = {
  /**
   * The PREVIEW_SERVER action that was looked at. Needed where the server is READY: it has to have succeeded within the
   * last hour, with no other set-up of the server since.
   */
  previewId?: InputMaybe<Scalars['ID']['input']>;
  /** The server. */
  serverId: Scalars['ID']['input'];
};

/** What was queued. */
export type SetUpServerPayload = {
  __typename?: 'SetUpServerPayload';
  /** Runs the plays of its role. */
  action: Action;
  /** The server. */
  server: Server;
};

/** A site to sign in to. */
export type SignInToSiteInput = {
  /** Why; it is kept in the audit log. */
  reason: Scalars['String']['input'];
  /** The site. */
  siteId: Scalars['ID']['input'];
};

/** Somebody who asked for a site on the website. */
export type SignUp = {
  __typename?: 'SignUp';
  /** What makes the site. */
  action?: Maybe<Action>;
  /** Of the visitor, as the website says. */
  clientAddress: Scalars['String']['output'];
  /** May be empty. */
  company: Scalars['String']['output'];
  /** When it came. */
  createdAt: Scalars['Time']['output'];
  /** Who it is, once the address is confirmed. */
  customer?: Maybe<Customer>;
  /** The address is at a domain that hands out mailboxes for minutes. */
  disposable: Scalars['Boolean']['output'];
  /** How many sign-ups the same person had before. */
  earlier: Scalars['Int']['output'];
  /** In lower case. */
  email: Scalars['String']['output'];
  /** Until when the link works. */
  expiresAt: Scalars['Time']['output'];
  /** Its number. */
  id: Scalars['ID']['output'];
  /** What became of the message with the link. */
  mail: SignUpMail;
  /** Why it could not be sent the last time; empty when it could. */
  mailError: Scalars['String']['output'];
  /** Name of the person. */
  name: Scalars['String']['output'];
  /** What was chosen. */
  plan: Plan;
  /** When the site was handed out. */
  readyAt?: Maybe<Scalars['Time']['output']>;
  /** Where the site is to be; anywhere when empty. */
  region: Scalars['String']['output'];
  /** The site, once one is made. */
  site?: Maybe<Site>;
  /** The host name that was asked for. */
  siteName: Scalars['String']['output'];
  /** Where it stands. */
  state: SignUpState;
  /** A sentence for staff, empty when all is well. */
  stateReason: Scalars['String']['output'];
  /** Since when. */
  stateSince: Scalars['Time']['output'];
  /** When the address was confirmed. */
  verifiedAt?: Maybe<Scalars['Time']['output']>;
};

/** A page of sign-ups. */
export type SignUpConnection = {
  __typename?: 'SignUpConnection';
  /** The sign-ups of this page. */
  nodes: Array<SignUp>;
  /** Where the page ends. */
  pageInfo: PageInfo;
  /** How many match in all. */
  totalCount: Scalars['Int']['output'];
};

/** Narrows a list of sign-ups. */
export type SignUpFilter = {
  /** Only with addresses that are thrown away. */
  disposable?: Scalars['Boolean']['input'];
  /** Only of those who signed up before. */
  repeated?: Scalars['Boolean']['input'];
  /** Part of the name, the e-mail address, the company or the site's name. */
  search?: InputMaybe<Scalars['String']['input']>;
  /** In any of these states. */
  states?: InputMaybe<Array<SignUpState>>;
};

/** What the website's form asks for. */
export type SignUpInput = {
  /** IP address of the visitor, not of the website: sign-ups are limited by it. */
  clientAddress: Scalars['String']['input'];
  /** May be empty. */
  company?: Scalars['String']['input'];
  /** Where the link is sent to. */
  email: Scalars['String']['input'];
  /** A new one for each form that is sent; the same one again signs nobody up twice. */
  idempotencyKey: Scalars['String']['input'];
  /** Name of the person. */
  name: Scalars['String']['input'];
  /** The plan that is tried; see `plans`. */
  planId: Scalars['ID']['input'];
  /** Where the site is to be, such as `fra1`; anywhere when empty. */
  region?: Scalars['String']['input'];
  /** The host name of the site: one name below a domain of this Central's. */
  siteName: Scalars['String']['input'];
};

/** What became of the message with the link. */
export type SignUpMail =
  /** Given up. */
  | 'FAILED'
  /** Sent. */
  | 'SENT'
  /** To be sent or, where no mail server is set, to be copied by staff. */
  | 'WAITING';

/** The new sign-up, or the one that the same key has made before. */
export type SignUpPayload = {
  __typename?: 'SignUpPayload';
  /** Its number, for `signUpProgress`. */
  id: Scalars['ID']['output'];
  /** For `signUpProgress`. Give it to nobody but the visitor. */
  secret: Scalars['String']['output'];
  /** The same in words, for the visitor. */
  sentence: Scalars['String']['output'];
  /** The host name of the site. */
  siteName: Scalars['String']['output'];
  /** Where it stands. */
  state: SignUpState;
};

/** What a visitor sees of a sign-up. */
export type SignUpProgress = {
  __typename?: 'SignUpProgress';
  /** How far the making of the site is, 0 to 100. */
  percent: Scalars['Int']['output'];
  /** The same in words, for the visitor. */
  sentence: Scalars['String']['output'];
  /** The host name of the site. */
  siteName: Scalars['String']['output'];
  /** Where it stands. */
  state: SignUpState;
};

/** Which sign-up. */
export type SignUpRefInput = {
  /** The sign-up. */
  signUpId: Scalars['ID']['input'];
};

/** The sign-up. */
export type SignUpRefPayload = {
  __typename?: 'SignUpRefPayload';
  /** As it is now. */
  signUp: SignUp;
};

/** Where a sign-up stands. */
export type SignUpState =
  /** Nobody confirmed it in time. */
  | 'EXPIRED'
  /** Its site could not be made; a person is needed. */
  | 'FAILED'
  /** Its site is being made. */
  | 'PREPARING'
  /** Confirmed; its site waits its turn. */
  | 'QUEUED'
  /** Its site is handed out. */
  | 'READY'
  /** Waits until its e-mail address is confirmed. */
  | 'UNVERIFIED';

/** One customer's host name, database and files. It lives on exactly one revision. */
export type Site = {
  __typename?: 'Site';
  /** When it is backed up and how long its backups are kept, and why so. */
  backupPolicy: SitePolicy;
  /** The bench it is of. */
  bench: Bench;
  /** The action that holds it now, a deploy's among them; null when nothing does. */
  busyWith?: Maybe<Action>;
  /** The certificate that the proxies show for it; null while it is served without https. */
  certificate?: Maybe<Certificate>;
  /** The last changes of its health, newest first; `first` is 1 to 1000. */
  changes: Array<HealthChange>;
  /** The keys of its configuration that Central has set, by name. */
  configuration: Array<ConfigKey>;
  /** When its creation was asked for. */
  createdAt: Scalars['Time']['output'];
  /** The running deploy that holds it, if any. */
  deploy?: Maybe<Deploy>;
  /** The domains that lead to it besides its own name, by name. */
  domains: Array<SiteDomain>;
  /** How it answers now. */
  health: SiteHealth;
  /** Its number. */
  id: Scalars['ID']['output'];
  /** The moment that its newest complete backup shows; null while it has none. */
  lastBackupAt?: Maybe<Scalars['Time']['output']>;
  /** Since when visitors see the maintenance page; null when the site serves. */
  maintenanceSince?: Maybe<Scalars['Time']['output']>;
  /** Its host name. */
  name: Scalars['String']['output'];
  /** The built code it runs. */
  revision: Revision;
  /** The master it lives on. */
  server: Server;
  /** What the proxies do with its visitors. */
  serving: SiteServing;
  /** It stands ready for whoever signs up, and is nobody's. */
  standby: Scalars['Boolean']['output'];
  /** Its state. */
  status: SiteStatus;
  /** A sentence, empty when all is well. */
  statusReason: Scalars['String']['output'];
  /** Its newest subscription, if it has one. */
  subscription?: Maybe<CustomerSubscription>;
  /** What it uses; null until it was collected for the first time. */
  usage?: Maybe<SiteUsage>;
  /** What it used on the last days, newest first. */
  usageDays: Array<UsageDay>;
  /** Of its revision, such as `erpnext 15.43.0`. */
  version: Scalars['String']['output'];
};


/** One customer's host name, database and files. It lives on exactly one revision. */
export type SiteChangesArgs = {
  first?: Scalars['Int']['input'];
};


/** One customer's host name, database and files. It lives on exactly one revision. */
export type SiteUsageDaysArgs = {
  first?: Scalars['Int']['input'];
};

/** An app that a site has or may have. */
export type SiteApp = {
  __typename?: 'SiteApp';
  /** The app. */
  app: Scalars['String']['output'];
  /** Whether it is the framework, which is never removed. */
  first: Scalars['Boolean']['output'];
  /** Whether the site has it. */
  installed: Scalars['Boolean']['output'];
};

/** A page of sites. */
export type SiteConnection = {
  __typename?: 'SiteConnection';
  /** The sites of this page. */
  nodes: Array<Site>;
  /** Where the page ends. */
  pageInfo: PageInfo;
  /** How many match in all. */
  totalCount: Scalars['Int']['output'];
};

/** A host name that leads to a site besides the site's own. */
export type SiteDomain = {
  __typename?: 'SiteDomain';
  /** The certificate that the proxies show for it; null while it is served without https. */
  certificate?: Maybe<Certificate>;
  /** When it was added. */
  createdAt: Scalars['Time']['output'];
  /** Its number. */
  id: Scalars['ID']['output'];
  /** Whether the site calls it its own address, in its links and mails. */
  main: Scalars['Boolean']['output'];
  /** The host name. */
  name: Scalars['String']['output'];
  /** Where it stands. */
  state: DomainState;
};

/** Narrows a list of sites. Without `statuses`, archived and failed ones are left out. */
export type SiteFilter = {
  /** Without a backup that is younger than so many hours; such as 48, to find those that were missed. */
  backupOlderThanHours?: InputMaybe<Scalars['Int']['input']>;
  /** On any of these benches. */
  benchIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Answering in any of these ways. */
  health?: InputMaybe<Array<HealthState>>;
  /** Part of the host name. */
  search?: InputMaybe<Scalars['String']['input']>;
  /** On any of these servers. */
  serverIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Whether those that stand ready for whoever signs up are among them. */
  standby?: StandbyChoice;
  /** In any of these states. */
  statuses?: InputMaybe<Array<SiteStatus>>;
  /** As in `Site.version`. */
  versions?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** How a site answers now. Central asks for each routed site through the proxies once a minute. */
export type SiteHealth = {
  __typename?: 'SiteHealth';
  /** When it was last asked for; null before that. */
  checkedAt?: Maybe<Scalars['Time']['output']>;
  /** Since when; null before the first answer. */
  since?: Maybe<Scalars['Time']['output']>;
  /** UP, MAINTENANCE, DOWN or UNKNOWN. */
  state: HealthState;
  /** HTTP status of the last answer; 0 when there was none. */
  status: Scalars['Int']['output'];
};

/** A link that signs in to a site, once. */
export type SiteLogin = {
  __typename?: 'SiteLogin';
  /** Until when it works, unless it was used. */
  expiresAt: Scalars['Time']['output'];
  /** The link. It is shown this once. */
  url: Scalars['String']['output'];
};

/** The order of a list of sites. */
export type SiteOrderBy = {
  /** From the end. */
  descending?: Scalars['Boolean']['input'];
  /** By what. */
  field?: SiteOrderField;
};

/** What a list of sites is ordered by. */
export type SiteOrderField =
  /** When it was created. */
  | 'CREATED'
  /** Its host name. */
  | 'NAME'
  /** The version of its revision. */
  | 'VERSION';

/** The policy that holds for a site, and why it does. */
export type SitePolicy = {
  __typename?: 'SitePolicy';
  /** The policy. */
  policy: BackupPolicy;
  /** Where it comes from. */
  source: PolicySource;
  /** Why it is this one, in a sentence. */
  why: Scalars['String']['output'];
};

/** What the proxies do with a site's visitors. */
export type SiteServing =
  /** They are told to come back soon: 503 with Retry-After. */
  | 'MAINTENANCE'
  /** They go to the master that holds it. */
  | 'OPEN'
  /** They are told that it is suspended: 402. */
  | 'SUSPENDED';

/** The life of a site. */
export type SiteStatus =
  /** It serves, or is in maintenance for a moment. */
  | 'ACTIVE'
  /** Gone from its server, kept on record. */
  | 'ARCHIVED'
  /** An undo failed; a person is needed. */
  | 'BROKEN'
  /** Its creation is queued or running. */
  | 'CREATING'
  /** Its creation failed and was cleaned up. */
  | 'FAILED';

/** What one site uses, as it was last collected. */
export type SiteUsage = {
  __typename?: 'SiteUsage';
  /** Of its database, in bytes. */
  databaseBytes: Scalars['Float']['output'];
  /** Of its public and private files, in bytes, without backups. */
  filesBytes: Scalars['Float']['output'];
  /** Both together: what a plan's limit of storage is about. */
  storageBytes: Scalars['Float']['output'];
  /** When it was collected. */
  takenAt: Scalars['Time']['output'];
  /** Enabled people who may use it, without Administrator and Guest; null when the site could not tell. */
  users?: Maybe<Scalars['Int']['output']>;
};

/** Whether a list of sites has those that stand ready for whoever signs up. */
export type StandbyChoice =
  /** Those that stand ready. */
  | 'ONLY'
  /** Both. */
  | 'WITH'
  /** Those of customers and staff. */
  | 'WITHOUT';

/** How many sites stand ready for those who sign up for a plan in a region. */
export type StandbyPool = {
  __typename?: 'StandbyPool';
  /** Its number. */
  id: Scalars['ID']['output'];
  /** How many are being made. */
  making: Scalars['Int']['output'];
  /** The plan that they are for. */
  plan: Plan;
  /** How many stand ready. */
  ready: Scalars['Int']['output'];
  /** Why there are not as many as wanted; empty when all is well. */
  reason: Scalars['String']['output'];
  /** Where they are; anywhere when empty. */
  region: Scalars['String']['output'];
  /** How many are wanted. */
  size: Scalars['Int']['output'];
};

/** The state of one step. */
export type StepStatus =
  /** Is done. */
  | 'DONE'
  /** Ended with an error. */
  | 'FAILED'
  /** Has begun. */
  | 'RUNNING'
  /** Was done, and has been taken back. */
  | 'UNDONE';

/** The storage that is no longer in use. */
export type StopBackupStoragePayload = {
  __typename?: 'StopBackupStoragePayload';
  /** The storage. */
  storage: BackupStorage;
};

/** What is pushed while it happens, over graphql-transport-ws or server-sent events. */
export type Subscription = {
  __typename?: 'Subscription';
  /** Everything that happened in an action after event `after`, then what happens; ends with the action. */
  actionOutput: ActionEvent;
  /** Everything that happened in a deploy after event `after`, then what happens; ends with the deploy. */
  deployProgress: DeployEvent;
  /**
   * How a sign-up goes on, from its present state to its end. An API token with the scope `signup:create` has to give the secret
   * that `signUp` returned.
   */
  signUpProgress: SignUpProgress;
};


/** What is pushed while it happens, over graphql-transport-ws or server-sent events. */
export type SubscriptionActionOutputArgs = {
  actionId: Scalars['ID']['input'];
  after?: Scalars['Int']['input'];
};


/** What is pushed while it happens, over graphql-transport-ws or server-sent events. */
export type SubscriptionDeployProgressArgs = {
  after?: Scalars['Int']['input'];
  deployId: Scalars['ID']['input'];
};


/** What is pushed while it happens, over graphql-transport-ws or server-sent events. */
export type SubscriptionSignUpProgressArgs = {
  id: Scalars['ID']['input'];
  secret?: InputMaybe<Scalars['String']['input']>;
};

/** One line of a subscription's history. */
export type SubscriptionChange = {
  __typename?: 'SubscriptionChange';
  /** Who; `central` for what dates brought about. */
  actorName: Scalars['String']['output'];
  /** When. */
  at: Scalars['Time']['output'];
  /** What else changed; may be empty. */
  detail: Scalars['String']['output'];
  /** What happened. */
  event: SubscriptionEvent;
  /** The state before; null for the first. */
  fromState?: Maybe<SubscriptionState>;
  /** Its number. */
  id: Scalars['ID']['output'];
  /** The state afterwards. */
  toState: SubscriptionState;
  /** In the words of who asked for it; may be empty. */
  why: Scalars['String']['output'];
};

/** A page of subscriptions. */
export type SubscriptionConnection = {
  __typename?: 'SubscriptionConnection';
  /** The subscriptions of this page. */
  nodes: Array<CustomerSubscription>;
  /** Where the page ends. */
  pageInfo: PageInfo;
  /** How many match in all. */
  totalCount: Scalars['Int']['output'];
};

/** What can happen to a subscription. */
export type SubscriptionEvent =
  /** It was cancelled. */
  | 'CANCELLED'
  /** It began. */
  | 'CREATED'
  /** Somebody asked that it ends when what runs has ended. */
  | 'END_CHOSEN'
  /** It does not end so after all. */
  | 'END_TAKEN_BACK'
  /** Nobody paid in time. */
  | 'GRACE_ENDED'
  /** Money came that does not suffice for a period, or came too late. */
  | 'PAYMENT'
  /** Its paid period ended, and a price is due. */
  | 'PERIOD_ENDED'
  /** A period was paid. */
  | 'PERIOD_PAID'
  /** It was given another plan. */
  | 'PLAN_CHANGED'
  /** Resumed within a period that is paid. */
  | 'RESUMED_PAID'
  /** Resumed while its trial still runs. */
  | 'RESUMED_TRIAL'
  /** Resumed, and has to be paid. */
  | 'RESUMED_UNPAID'
  /** It was cancelled 90 days ago. */
  | 'RETENTION_ENDED'
  /** It was given another site, or none. */
  | 'SITE_CHANGED'
  /** It was suspended for 60 days. */
  | 'SUSPENSION_ENDED'
  /** Its trial ended, and a price is due. */
  | 'TRIAL_ENDED'
  /** Its trial was extended. */
  | 'TRIAL_EXTENDED';

/** Narrows a list of subscriptions. Without `states`, archived ones are left out. */
export type SubscriptionFilter = {
  /** Of this customer. */
  customerId?: InputMaybe<Scalars['ID']['input']>;
  /** Whose state ends within so many days. */
  endsWithin?: InputMaybe<Scalars['Int']['input']>;
  /** Only those that use more than their plans allow. */
  overLimit?: Scalars['Boolean']['input'];
  /** Of any of these plans. */
  planIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Part of the customer's name, e-mail address or company, or of the site's name. */
  search?: InputMaybe<Scalars['String']['input']>;
  /** In any of these states. */
  states?: InputMaybe<Array<SubscriptionState>>;
  /** True: without a site; false: with one. */
  withoutSite?: InputMaybe<Scalars['Boolean']['input']>;
};

/** The order of a list of subscriptions. */
export type SubscriptionOrderBy = {
  /** From the end. */
  descending?: Scalars['Boolean']['input'];
  /** By what. */
  field?: SubscriptionOrderField;
};

/** What a list of subscriptions is ordered by. */
export type SubscriptionOrderField =
  /** When it began. */
  | 'CREATED'
  /** When its state ends; archived ones, which have no end, are left out. */
  | 'ENDS';

/** The subscription. */
export type SubscriptionPayload = {
  __typename?: 'SubscriptionPayload';
  /** As it is now. */
  subscription: CustomerSubscription;
};

/** Where a subscription stands, in the order in which one that nobody pays goes through them. */
export type SubscriptionState =
  /** Paid until its period ends. */
  | 'ACTIVE'
  /** Over for good, kept on record. */
  | 'ARCHIVED'
  /** Ended, and can be resumed for a while. */
  | 'CANCELLED'
  /** A price is due; the site serves meanwhile. */
  | 'PAST_DUE'
  /** The proxies say so in place of the site. */
  | 'SUSPENDED'
  /** Free until its trial ends. */
  | 'TRIAL';

/** One thing that is looked at before a switch. */
export type SwitchCheck = {
  __typename?: 'SwitchCheck';
  /** What was found, in a sentence. */
  message: Scalars['String']['output'];
  /** What is looked at, such as `Replication`. */
  name: Scalars['String']['output'];
  /** What was found means. */
  state: SwitchCheckState;
};

/** What a check means for a switch. */
export type SwitchCheckState =
  /** The switch would not start. */
  | 'BLOCKING'
  /** As it should be. */
  | 'OK'
  /** A person should know. */
  | 'WARNING';

/** How the slave of a pair takes over. */
export type SwitchKind =
  /** Forced: the master is gone, and what had not arrived at the slave is lost. */
  | 'FAIL_OVER'
  /** Planned: both servers are up, and nothing is lost. */
  | 'SWITCH_OVER';

/** Which pair to switch. */
export type SwitchOverInput = {
  /** The pair's name, typed. */
  confirmName: Scalars['String']['input'];
  /** The pair. */
  pairId: Scalars['ID']['input'];
  /** Why; kept on record. */
  reason: Scalars['String']['input'];
};

/** What was queued. */
export type SwitchOverPayload = {
  __typename?: 'SwitchOverPayload';
  /** Carries the switch out. */
  action: Action;
  /** The pair, SWITCHING now. */
  pair: Pair;
};

/** What a switch would meet if it began now. */
export type SwitchPlan = {
  __typename?: 'SwitchPlan';
  /** Everything that was looked at; nothing was changed. */
  checks: Array<SwitchCheck>;
  /** About how long they would not answer; null when a check stands in the way. */
  expectedSeconds?: Maybe<Scalars['Float']['output']>;
  /** Planned or forced. */
  kind: SwitchKind;
  /** The pair. */
  pair: Pair;
  /** What would be lost, in words. */
  possibleLoss: Scalars['String']['output'];
  /** How many sites live on the pair. */
  sites: Scalars['Int']['output'];
};

/** Which backup to test. */
export type TestRestoreInput = {
  /** The backup; it has to be complete. */
  backupId: Scalars['ID']['input'];
};

/** What was queued. */
export type TestRestorePayload = {
  __typename?: 'TestRestorePayload';
  /** Tests it. */
  action: Action;
};

/** A customer to change, all of it. */
export type UpdateCustomerInput = {
  /** May be empty. */
  company?: Scalars['String']['input'];
  /** The customer. */
  customerId: Scalars['ID']['input'];
  /** White space around it and capitals do not matter. */
  email: Scalars['String']['input'];
  /** Name of the person. */
  name: Scalars['String']['input'];
  /** Staff's own, up to 10,000 characters. */
  notes?: Scalars['String']['input'];
  /** The one that was looked at; CONFLICT when the customer has another. */
  version: Scalars['Int']['input'];
};

/** A plan to change, all of it. */
export type UpdatePlanInput = {
  /** Days from when a price is due until the site is suspended, 0 to 90. */
  graceDays: Scalars['Int']['input'];
  /** What it allows. */
  limits?: PlanLimitsInput;
  /** One line of up to 140 characters. */
  name: Scalars['String']['input'];
  /** The plan. */
  planId: Scalars['ID']['input'];
  /** For one month; 0 is free. */
  price: MoneyInput;
  /** Days before the first price is due, 0 to 365. */
  trialDays: Scalars['Int']['input'];
  /** The one that was looked at; CONFLICT when the plan has another. */
  version: Scalars['Int']['input'];
};

/** A certificate with its private key. */
export type UploadCertificateInput = {
  /** The certificate and what vouches for it, as PEM, the certificate first. */
  chain: Scalars['String']['input'];
  /** Its private key, as PEM without a password. It is stored encrypted and never shown. */
  key: Scalars['String']['input'];
};

/** What was kept, and what was queued. */
export type UploadCertificatePayload = {
  __typename?: 'UploadCertificatePayload';
  /** One for each proxy. */
  actions: Array<Action>;
  /** The certificate. */
  certificate: Certificate;
};

/** What one site used at the end of a day of UTC. */
export type UsageDay = {
  __typename?: 'UsageDay';
  /** Of its database, in bytes. */
  databaseBytes: Scalars['Float']['output'];
  /** The day, at its beginning. */
  day: Scalars['Time']['output'];
  /** Of its public and private files, in bytes. */
  filesBytes: Scalars['Float']['output'];
  /** Enabled people who may use it; null when the site could not tell. */
  users?: Maybe<Scalars['Int']['output']>;
};

/** The token of a link. */
export type VerifySignUpInput = {
  /** What is at the end of the link. */
  token: Scalars['String']['input'];
};

/** That the address is confirmed. */
export type VerifySignUpPayload = {
  __typename?: 'VerifySignUpPayload';
  /** What the site's user Administrator signs in with. It is shown this once. */
  administratorPassword: Scalars['String']['output'];
  /** The sign-up's number. */
  id: Scalars['ID']['output'];
  /** For `signUpProgress`. */
  secret: Scalars['String']['output'];
  /** The same in words, for the visitor. */
  sentence: Scalars['String']['output'];
  /** The host name of the site. */
  siteName: Scalars['String']['output'];
  /** Where it stands. */
  state: SignUpState;
};

/** A list of the dashboard that views can be kept of. */
export type ViewPage =
  /** The list of sites. */
  | 'SITES';
