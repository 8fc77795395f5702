using System.ComponentModel.DataAnnotations;
using Grpc.Framing;

namespace Grpc.AspNetCore.Server;

/// <summary>
/// How long calls may last and rest, and what their messages may hold, whatever their clients ask for; configuration section <see cref="Section"/>, fixed at the start.
/// Times are kept to about <see cref="Calls.CallsUnderWay.Tick"/>.
/// </summary>
internal sealed class CallLimits : IValidatableObject
{
    public const string Section = "Grpc:Limits";

    private const string Least = "00:00:00.05";
    private const string Most = "7.00:00:00";

    /// <summary>Time of a unary call whose client names none; 50 ms to 7 days, default 10 s. Then DEADLINE_EXCEEDED.</summary>
    [Range(typeof(TimeSpan), Least, Most)]
    public TimeSpan UnaryDeadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Time of a unary call whose client names more; 50 ms to 7 days, default 30 s. Then DEADLINE_EXCEEDED.</summary>
    [Range(typeof(TimeSpan), Least, Most)]
    public TimeSpan LongestUnaryDeadline { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Time of a call with a stream, also where its client names more; 50 ms to 7 days, default 1 h. Then DEADLINE_EXCEEDED.</summary>
    [Range(typeof(TimeSpan), Least, Most)]
    public TimeSpan StreamTotal { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Time a handler waits for its client without a message moving in either direction; 50 ms to 7 days, default 60 s. Then UNAVAILABLE: the client
    /// may call again and go on. A handler that is at work, or waits for something else than its client, is not idle.
    /// </summary>
    [Range(typeof(TimeSpan), Least, Most)]
    public TimeSpan StreamIdle { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Time in which a message that has begun to arrive ends, or brings <see cref="StreamProgressBytes"/> more; 50 ms to 7 days, default 30 s. Then CANCELLED.</summary>
    [Range(typeof(TimeSpan), Least, Most)]
    public TimeSpan StreamProgress { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes, 1 to 1 MiB; default 7,200, which over 30 s is the 240 bytes a second that Kestrel asks of other requests.</summary>
    [Range(1, 1024 * 1024)]
    public int StreamProgressBytes { get; set; } = 7_200;

    /// <summary>Times its compressed length a message above 64 KiB may have; 1 to 100,000, default 20. Then RESOURCE_EXHAUSTED.</summary>
    [Range(1, 100_000)]
    public int DecompressionRatio { get; set; } = MessageEncodings.DefaultRatio;

    /// <summary>
    /// Elements a repeated field of a request may have; 1 to 100 million, default 10,000. All repeated fields and sub-messages of a request together may
    /// have five times as many, or one for each 32 bytes where that is more. Then RESOURCE_EXHAUSTED. A method says that it needs longer lists with a
    /// <see cref="MaxLengthAttribute"/> on the parameter that takes its requests.
    /// </summary>
    [Range(1, 100_000_000)]
    public int MaxRepeated { get; set; } = 10_000;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (LongestUnaryDeadline < UnaryDeadline)
        {
            yield return new ValidationResult($"{Section}:{nameof(LongestUnaryDeadline)} must not be shorter than {nameof(UnaryDeadline)}.");
        }
    }
}
