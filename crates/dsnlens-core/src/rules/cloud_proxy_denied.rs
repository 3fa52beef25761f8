//! `cloud-proxy-denied`.

use crate::advice::rule;

rule! {
    /// The Cloud SQL proxy or connector cannot reach the instance
    ///
    /// # What happens
    ///
    /// The proxy asks Google's API before it connects. It has no credentials, or they lack a
    /// permission: `googleapi: Error 403`, `could not find default credentials`.
    ///
    /// # Why it matters
    ///
    /// The application sees only a closed connection or a missing socket. The reason is in the
    /// proxy's log.
    ///
    /// # What to do
    ///
    /// Grant the service account `roles/cloudsql.client`, enable the Cloud SQL Admin API, and check
    /// the instance's name, `project:region:instance`.
    ///
    /// # References
    ///
    /// - [Cloud SQL Auth Proxy 2.25.2, `README.md`](https://github.com/GoogleCloudPlatform/cloud-sql-proxy/blob/v2.25.2/README.md): credentials and roles
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// googleapi: Error 403: boss::NOT_AUTHORIZED: Not authorized to access resource
    /// ```
    ///
    /// ```message,silent
    /// connect ECONNREFUSED 127.0.0.1:5432
    /// ```
    "cloud-proxy-denied", [Error], message,
    errors [
        "boss::NOT_AUTHORIZED",
        "googleapi: Error 403",
        "Cloud SQL Admin API has not been used",
        "The client is not authorized to make this request",
        "Not authorized to access resource",
        "ensure that the account has access to",
        "Possibly missing permission cloudsql.",
        "cloudsqlproxy{*}not authorized",
        "cloudsql-proxy{*}not authorized",
        "Cloud SQL{*}not authorized",
        "failed to refresh the ephemeral certificate",
        "could not find default credentials" =>
            "Give the proxy credentials: a service account, or `gcloud auth application-default \
             login`",
        "googleapi: Error 404" => "Correct the instance's name: `project:region:instance`",
        "instance does not have IP of type" =>
            "Use the address that the instance has: `--private-ip`, or give it a public one",
        "insufficient authentication scopes" => "Give the machine the scope `cloud-platform`"
    ]
}
