using System.Collections.ObjectModel;
using Grpc.Core.Interceptors;

namespace Grpc.AspNetCore.Server;

/// <summary>Interceptors in the order in which they see a call.</summary>
public class InterceptorCollection : Collection<InterceptorRegistration>
{
    /// <summary>No interceptors.</summary>
    public InterceptorCollection()
    {
    }

    /// <summary>Adds an interceptor.</summary>
    /// <typeparam name="TInterceptor">Its class.</typeparam>
    /// <param name="args">Constructor arguments that are not services.</param>
    public void Add<TInterceptor>(params object[] args)
        where TInterceptor : Interceptor => Add(typeof(TInterceptor), args);

    /// <summary>Adds an interceptor.</summary>
    /// <param name="interceptorType">Its class, derived from <see cref="Interceptor"/>.</param>
    /// <param name="args">Constructor arguments that are not services.</param>
    /// <exception cref="ArgumentException">The class is no interceptor.</exception>
    public void Add(Type interceptorType, params object[] args)
    {
        ArgumentNullException.ThrowIfNull(interceptorType);
        ArgumentNullException.ThrowIfNull(args);
        if (!interceptorType.IsSubclassOf(typeof(Interceptor)))
        {
            throw new ArgumentException($"{interceptorType} does not derive from {typeof(Interceptor)}.", nameof(interceptorType));
        }

        Add(new InterceptorRegistration(interceptorType, args));
    }
}

/// <summary>An interceptor to make for each call: from the services of the call where it is registered there and has no arguments, else new.</summary>
public class InterceptorRegistration
{
    internal InterceptorRegistration(Type type, IReadOnlyList<object> arguments)
    {
        Type = type;
        Arguments = arguments;
    }

    /// <summary>Class of the interceptor.</summary>
    public Type Type { get; }

    /// <summary>Constructor arguments that are not services.</summary>
    public IReadOnlyList<object> Arguments { get; }
}
