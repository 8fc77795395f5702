using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Limits, clock and log of all calls of a service.</summary>
internal sealed partial class CallEnvironment(CallsUnderWay calls, CallLimits limits, ILogger logger)
{
    public CallsUnderWay Calls => calls;

    public CallLimits Limits => limits;

    public TimeProvider Time => calls.Time;

    public static CallEnvironment From(IServiceProvider services) => new(
        services.GetRequiredService<CallsUnderWay>(),
        services.GetRequiredService<IOptions<CallLimits>>().Value,
        services.GetRequiredService<ILoggerFactory>().CreateLogger("Grpc.AspNetCore.Server"));

    /// <summary>An exception nobody chose is an error; a refusal or a client that went away is daily life.</summary>
    public void Log(string? method, Status status, Exception exception)
    {
        if (exception is RpcException || status.StatusCode == StatusCode.Cancelled)
        {
            Refused(logger, method, status.StatusCode);
        }
        else
        {
            HandlerThrew(logger, method, exception);
        }
    }

    public void LogEndedEarly(string? method, Status status) => EndedEarly(logger, method, status.StatusCode, status.Detail);

    public void LogUnanswered(string? method, Exception exception) => Unanswered(logger, method, exception);

    [LoggerMessage(1001, LogLevel.Error, "The handler of {Method} threw")]
    private static partial void HandlerThrew(ILogger logger, string? method, Exception exception);

    [LoggerMessage(1002, LogLevel.Debug, "{Method} ended with {StatusCode}")]
    private static partial void Refused(ILogger logger, string? method, StatusCode statusCode);

    [LoggerMessage(1003, LogLevel.Debug, "The client of {Method} could not be told that a limit ended it")]
    private static partial void Unanswered(ILogger logger, string? method, Exception exception);

    [LoggerMessage(1004, LogLevel.Information, "A limit ended {Method} with {StatusCode}: {Reason}")]
    private static partial void EndedEarly(ILogger logger, string? method, StatusCode statusCode, string reason);
}
