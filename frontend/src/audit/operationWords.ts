const words: Record<string, string> = {
  logIn: "Signed in",
  logOut: "Signed out",
  changePassword: "Changed the password",
  createApiToken: "Made an API token",
  createFirstAdmin: "Made the first administrator",
  addUser: "Added a person",
  resetPassword: "Reset a password",
  pinHostKey: "Pinned a host key",
  addServer: "Added a server",
  setUpServer: "Set up a server",
  createPair: "Made a pair",
  setUpPair: "Set up a pair",
  rebuildSlave: "Rebuilt a slave",
  scanServer: "Looked for benches",
  adoptBenches: "Adopted benches",
  addApp: "Added an app",
  fetchReleases: "Fetched releases",
  setServing: "Opened or closed a site",
  createPlan: "Offered a plan",
  updatePlan: "Changed a plan",
  closePlan: "Closed or opened a plan",
  removePlan: "Removed a plan",
  createCustomer: "Added a customer",
  updateCustomer: "Changed a customer",
  createSubscription: "Began a subscription",
  changePlan: "Changed a subscription's plan",
  extendTrial: "Extended a trial",
  assignSite: "Changed a subscription's site",
  cancelSubscription: "Cancelled a subscription",
  resumeSubscription: "Resumed a subscription",
  recordPayment: "Recorded a payment",
  advanceSubscriptions: "Moved subscriptions by their dates",
  createBench: "Created a bench",
  createSite: "Created a site",
  renameSite: "Renamed a site",
  addDomain: "Added a domain",
  removeDomain: "Removed a domain",
  setMainDomain: "Changed a site's address",
  configureSite: "Configured a site",
  installApp: "Installed an app",
  removeApp: "Removed an app",
  signInToSite: "Signed in to a site",
  changeSites: "Changed many sites",
  retryBulk: "Retried a change of many sites",
  cancelBulk: "Cancelled a change of many sites",
  deploySites: "Deployed sites",
  cancelDeploy: "Cancelled a deploy",
  retryDeploy: "Retried a deploy",
};

/** What a mutation is called; one that has no words yet keeps its own name, spaced: `moveSite`, `Move site`. */
export function operationWords(operation: string): string {
  const known = words[operation];
  if (known) {
    return known;
  }
  const spaced = operation.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
