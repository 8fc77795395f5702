using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Clock and log of all calls of a service.</summary>
internal sealed partial class CallEnvironment(TimeProvider time, ILogger logger)
{
    public TimeProvider Time => time;

    public static CallEnvironment From(IServiceProvider services) => new(
        services.GetService<TimeProvider>() ?? TimeProvider.System,
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

    public void LogUnanswered(string? method, Exception exception) => Unanswered(logger, method, exception);

    [LoggerMessage(1001, LogLevel.Error, "The handler of {Method} threw")]
    private static partial void HandlerThrew(ILogger logger, string? method, Exception exception);

    [LoggerMessage(1002, LogLevel.Debug, "{Method} ended with {StatusCode}")]
    private static partial void Refused(ILogger logger, string? method, StatusCode statusCode);

    [LoggerMessage(1003, LogLevel.Debug, "The passed deadline of {Method} could not be told to the client")]
    private static partial void Unanswered(ILogger logger, string? method, Exception exception);
}
