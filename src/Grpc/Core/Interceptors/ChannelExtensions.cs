namespace Grpc.Core.Interceptors;

/// <summary>Puts interceptors in front of a channel.</summary>
public static class ChannelExtensions
{
    /// <summary>With one interceptor in front.</summary>
    /// <param name="channel">What carries the calls.</param>
    /// <param name="interceptor">The interceptor.</param>
    public static CallInvoker Intercept(this ChannelBase channel, Interceptor interceptor)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(interceptor);
        return channel.CreateCallInvoker().Intercept(interceptor);
    }

    /// <summary>With several interceptors in front; the first one given sees the call first.</summary>
    /// <param name="channel">What carries the calls.</param>
    /// <param name="interceptors">The interceptors.</param>
    public static CallInvoker Intercept(this ChannelBase channel, params Interceptor[] interceptors)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(interceptors);
        return channel.CreateCallInvoker().Intercept(interceptors);
    }

    /// <summary>With a function that changes the headers of every call.</summary>
    /// <param name="channel">What carries the calls.</param>
    /// <param name="interceptor">Gets the headers of the call, which it may change, and returns those to send.</param>
    public static CallInvoker Intercept(this ChannelBase channel, Func<Metadata, Metadata> interceptor)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(interceptor);
        return channel.CreateCallInvoker().Intercept(interceptor);
    }
}
