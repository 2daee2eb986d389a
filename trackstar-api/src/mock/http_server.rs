//! Access to the httpmock server.

use super::MockServer;

impl MockServer {
    /// Returns the [httpmock](https://docs.rs/httpmock) server, to which you can add your own
    /// mocks.
    ///
    /// Your mocks take precedence over the document. Note that your program should still use the
    /// mock's own [`base_url`](Self::base_url), not the address of the httpmock server.
    ///
    /// The server is started by the first call to this method. From then on, all requests are
    /// passed through it. Be aware that httpmock logs complete requests, including credentials and
    /// bodies, at the debug and trace levels of the `httpmock` target. If you use real credentials
    /// or data, you may want to exclude that target, for example with an `EnvFilter` of
    /// `debug,httpmock=info`.
    ///
    /// ```
    /// use trackstar_api::mock::MockServer;
    /// use trackstar_api::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), trackstar_api::Error> {
    /// let server = MockServer::start().await?;
    /// let teapot = server.http().mock_async(|when, then| {
    ///     when.path("/connections").header("x-trackstar-api-key", "mock-api-key");
    ///     then.status(418);
    /// });
    /// let teapot = teapot.await;
    /// let error = server.connection()?.delete_connection().send().await.unwrap_err();
    /// assert_eq!(error.status().map(|it| it.as_u16()), Some(418));
    /// teapot.assert_async().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn http(&self) -> &httpmock::MockServer {
        self.mocks.server()
    }
}
