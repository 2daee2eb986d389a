//! The httpmock server of a mock.

use super::MockServer;

impl MockServer {
    /// Returns the [httpmock](https://docs.rs/httpmock) server for your own mocks, and starts it if
    /// this is the first call. Mocks take precedence over the document, at the address of this
    /// server. Configure your program with [`base_url`](Self::base_url), not with the address of
    /// httpmock.
    ///
    /// From then on, every request passes through httpmock. It logs each request completely,
    /// including credential headers and bodies, as `tracing` events of the target `httpmock` at the
    /// levels debug and trace. If a test collects those levels and its credentials or data are
    /// real, exclude that target (`EnvFilter`: `debug,httpmock=info`).
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
