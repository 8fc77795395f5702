using System.Net;
using Grpc.Framing;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// The messages of a request. They are kept until the call is committed to one attempt, so that another attempt, ours or the HTTP handler's
/// own, can send them again from the start.
/// </summary>
internal abstract class RequestBody
{
    /// <summary>Whether no other attempt may follow by policy: the server answered, or there is no room to keep the messages.</summary>
    public abstract bool IsCommitted { get; }

    /// <summary>Whether no server can have acted on any attempt: its one message was never asked for. A stream may be acted on before its first message.</summary>
    public virtual bool IsUntouched => false;

    /// <summary>The attempt under way is the last.</summary>
    public abstract void Commit();

    /// <summary>The call is over: the rest of the request is given up.</summary>
    public abstract void Abandon();

    /// <summary>The body for one attempt.</summary>
    public HttpContent NewContent() => new Content(this);

    /// <summary>
    /// Writes the messages to one attempt, from the first to the last. Returns without a word when the token fires: the handler gave the body
    /// up and knows why, for example that the server refused the stream; thrown from here, the cancellation would hide it.
    /// </summary>
    /// <exception cref="IOException">They are no longer all there.</exception>
    protected abstract Task WriteToAsync(Stream stream, CancellationToken cancellationToken);

    private sealed class Content : HttpContent
    {
        private readonly RequestBody _body;

        public Content(RequestBody body)
        {
            _body = body;
            Headers.TryAddWithoutValidation("Content-Type", Wire.ContentType);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _body.WriteToAsync(stream, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            _body.WriteToAsync(stream, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
